"""The words by which people order the bot, as they type them in eight languages.

Each is compared whole after `kmqa.text.words`, so case, accents on their own and punctuation do
not matter; a form in Latin letters stands beside one in a language's own script.
"""

from collections.abc import Mapping
from typing import Literal

Command = Literal[
    "stop", "start", "help", "menu", "back", "language", "profile", "person", "my_data",
    "delete_my_data", "privacy", "low_data",
]  # fmt: skip

# fmt: off
WORDS: Mapping[Command, tuple[str, ...]] = {
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
    "menu": (
        "menu", "topics", "main menu", "menú", "temas", "menu principal", "thèmes", "themes",
        "sujets", "menyu", "orodha", "mada", "tópicos", "topicos",
        "مینو", "موضوعات", "mainu", "mauzuat", "मेनू", "मेन्यू", "विषय", "vishay",
        "قائمة", "القائمة", "المواضيع", "مواضيع",
    ),
    "back": (
        "back", "go back", "atrás", "atras", "volver", "retour", "voltar", "rudi", "nyuma",
        "واپس", "wapas", "wapis", "वापस", "vapas", "رجوع", "عودة",
    ),
    "language": (
        "language", "languages", "change language", "lang", "idioma", "cambiar idioma",
        "langue", "changer langue", "changer de langue", "língua", "lingua", "mudar idioma",
        "mudar língua", "lugha", "badilisha lugha", "زبان", "زبان بدلیں", "zaban", "zuban",
        "zaban badlo", "भाषा", "भाषा बदलें", "bhasha", "bhasha badlo", "لغة", "اللغة", "تغيير اللغة",
    ),
    "profile": (
        "profile", "my profile", "settings", "perfil", "mi perfil", "ajustes", "meu perfil",
        "o meu perfil", "definições", "profil", "mon profil", "réglages", "wasifu",
        "wasifu wangu", "mipangilio", "پروفائل", "میری معلومات", "meri maloomat", "प्रोफ़ाइल",
        "प्रोफाइल", "मेरी जानकारी", "meri jankari", "ملفي", "ملف شخصي", "الملف الشخصي", "إعدادات",
    ),
    "person": (
        "person", "human", "agent", "ask a person", "talk to a person", "talk to someone",
        "speak to a person", "persona", "hablar con alguien", "hablar con una persona", "humano",
        "personne", "parler à quelqu'un", "parler a quelqu'un", "humain", "conseiller",
        "pessoa", "falar com alguém", "falar com alguem", "atendente", "mtu", "ongea na mtu",
        "nataka kuongea na mtu", "شخص", "کسی سے بات کریں", "انسان سے بات", "kisi se baat",
        "insaan se baat", "व्यक्ति", "किसी से बात करें", "kisi se baat karen", "التحدث مع شخص",
        "موظف", "انسان",
    ),
    "my_data": (
        "my data", "show my data", "mis datos", "ver mis datos", "mes données", "mes donnees",
        "meus dados", "os meus dados", "data yangu", "taarifa zangu", "میرا ڈیٹا", "mera data",
        "मेरा डेटा", "मेरा डाटा", "بياناتي",
    ),
    "delete_my_data": (
        "delete my data", "delete data", "erase my data", "forget me", "remove my data",
        "borrar mis datos", "eliminar mis datos", "borra mis datos", "supprimer mes données",
        "supprimer mes donnees", "effacer mes données", "effacer mes donnees",
        "apagar os meus dados", "apagar meus dados", "excluir meus dados", "futa data yangu",
        "futa taarifa zangu", "میرا ڈیٹا مٹائیں", "میرا ڈیٹا مٹاؤ", "میرا ڈیٹا ختم کریں",
        "mera data mitao", "mera data mita do", "mera data delete karo", "मेरा डेटा मिटाएँ",
        "मेरा डेटा मिटाएं", "मेरा डेटा मिटाओ", "मेरा डेटा हटाएँ", "mera data hatao",
        "احذف بياناتي", "حذف بياناتي", "امسح بياناتي",
    ),
    "privacy": (
        "privacy", "data protection", "privacidad", "confidentialité", "confidentialite",
        "vie privée", "privacidade", "faragha", "رازداری", "raazdari", "razdari", "गोपनीयता",
        "gopniyata", "خصوصية", "الخصوصية",
    ),
    "low_data": (
        "low data", "text only", "lite", "pocos datos", "solo texto", "peu de données",
        "peu de donnees", "texte seul", "poucos dados", "só texto", "so texto", "data kidogo",
        "maandishi tu", "کم ڈیٹا", "صرف متن", "kam data", "कम डेटा", "कम डाटा", "بيانات قليلة",
        "نص فقط",
    ),
}
# fmt: on
