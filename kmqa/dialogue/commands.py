"""Words that are orders to the bot, in every language, exactly as people send them.

They are compared whole, never matched like questions: "stop" is an order, "how do I stop the
injections" a question.
"""

from collections.abc import Mapping
from typing import Literal

from kmqa import text

Command = Literal["stop", "start", "help"]

# fmt: off
_WORDS: Mapping[Command, tuple[str, ...]] = {
    "stop": (
        "stop", "stop all", "unsubscribe", "cancel", "end", "quit", "opt out", "optout", "no more",
        "stop messages", "stop sending", "stop please", "please stop",
        "parar", "alto", "basta", "baja", "detener", "cancelar", "no más", "no mas",
        "darme de baja",
        "arrêt", "arret", "arrêter", "arreter", "arrêtez", "arretez", "désabonner", "desabonner",
        "stop svp",
        "pare", "sair", "remover", "descadastrar", "chega",
        "acha", "simama", "sitisha", "ondoa", "komesha", "acha kutuma", "acheni",
        "بند", "بند کرو", "بند کریں", "روکو", "روکیں", "رک جاؤ", "ختم", "سٹاپ",
        "band karo", "band karen", "band karein", "band kro", "roko", "ruko",
        "बंद", "बंद करो", "बंद करें", "रोको", "रोकें", "रुको", "स्टॉप", "band kare",
        "توقف", "قف", "أوقف", "اوقف", "إيقاف", "ايقاف", "إلغاء", "الغاء", "إلغاء الاشتراك", "كفى",
    ),
    "start": (
        "start", "restart", "unstop", "resume", "subscribe", "opt in", "optin", "begin",
        "empezar", "iniciar", "comenzar", "alta", "reanudar", "activar",
        "démarrer", "demarrer", "commencer", "reprendre", "débuter",
        "começar", "comecar", "retomar", "ativar",
        "anza", "anza tena", "endelea", "jiunge",
        "شروع", "شروع کرو", "شروع کریں", "سٹارٹ", "shuru", "shuru karo", "shuru karen",
        "शुरू", "शुरू करो", "शुरू करें", "स्टार्ट", "shuru kare", "chalu", "chalu karo",
        "ابدأ", "ابدا", "بدء", "استئناف", "اشتراك",
    ),
    "help": (
        "help", "help me", "info", "ayuda", "aide", "aidez moi", "ajuda", "msaada", "usaidizi",
        "مدد", "madad", "मदद", "सहायता", "مساعدة", "المساعدة",
    ),
}
# fmt: on
_COMMAND_OF: Mapping[tuple[str, ...], Command] = {
    tuple(text.words(written)): command for command, forms in _WORDS.items() for written in forms
}


def command_in(message: str) -> Command | None:
    """The order that `message` consists of, or None where it is anything else."""
    return _COMMAND_OF.get(tuple(text.words(message)))
