"""The words by which people order the bot, as they type them in eight languages.

Each is compared whole after `kmqa.text.words`, so case and punctuation do not matter; forms
without accents and in Latin letters stand beside those in a language's own script.
"""

from collections.abc import Mapping
from typing import Literal

Command = Literal[
    "stop", "start", "help", "menu", "back", "language", "profile", "person", "my_data",
    "delete_my_data", "privacy", "low_data",
]  # fmt: skip

# fmt: off
WORDS: Mapping[Command, Mapping[str, tuple[str, ...]]] = {
    "stop": {
        "en": ("stop", "stop all", "unsubscribe", "cancel", "end", "quit", "opt out", "optout",
               "no more", "stop messages", "stop sending", "stop please", "please stop"),
        "es": ("parar", "alto", "basta", "baja", "detener", "cancelar", "no más", "no mas",
               "darme de baja"),
        "fr": ("arrêt", "arret", "arrêter", "arreter", "arrêtez", "arretez", "désabonner",
               "desabonner", "stop svp"),
        "pt": ("parar", "pare", "sair", "remover", "descadastrar", "cancelar", "chega"),
        "sw": ("acha", "simama", "sitisha", "ondoa", "komesha", "acha kutuma", "acheni"),
        "ur": ("بند", "بند کرو", "بند کریں", "روکو", "روکیں", "رک جاؤ", "ختم", "سٹاپ",
               "band karo", "band karen", "band karein", "band kro", "roko", "ruko"),
        "hi": ("बंद", "बंद करो", "बंद करें", "रोको", "रोकें", "रुको", "स्टॉप", "band kare"),
        "ar": ("توقف", "قف", "أوقف", "اوقف", "إيقاف", "ايقاف", "إلغاء", "الغاء",
               "إلغاء الاشتراك", "كفى"),
    },
    "start": {
        "en": ("start", "restart", "unstop", "resume", "subscribe", "opt in", "optin", "begin"),
        "es": ("empezar", "iniciar", "comenzar", "alta", "reanudar", "activar"),
        "fr": ("démarrer", "demarrer", "commencer", "reprendre", "débuter"),
        "pt": ("começar", "comecar", "iniciar", "retomar", "ativar"),
        "sw": ("anza", "anza tena", "endelea", "jiunge"),
        "ur": ("شروع", "شروع کرو", "شروع کریں", "سٹارٹ", "shuru", "shuru karo", "shuru karen"),
        "hi": ("शुरू", "शुरू करो", "शुरू करें", "स्टार्ट", "shuru kare", "chalu", "chalu karo"),
        "ar": ("ابدأ", "ابدا", "بدء", "استئناف", "اشتراك"),
    },
    "help": {
        "en": ("help", "help me", "info"),
        "es": ("ayuda",),
        "fr": ("aide", "aidez moi"),
        "pt": ("ajuda",),
        "sw": ("msaada", "usaidizi"),
        "ur": ("مدد", "madad"),
        "hi": ("मदद", "सहायता"),
        "ar": ("مساعدة", "المساعدة"),
    },
    "menu": {
        "en": ("menu", "topics", "main menu"),
        "es": ("menú", "menu", "temas", "menu principal", "menú principal"),
        "fr": ("menu", "thèmes", "themes", "sujets", "menu principal"),
        "pt": ("menu", "temas", "tópicos", "topicos", "menu principal"),
        "sw": ("menyu", "orodha", "mada"),
        "ur": ("مینو", "موضوعات", "mainu", "mauzuat"),
        "hi": ("मेनू", "मेन्यू", "विषय", "vishay"),
        "ar": ("قائمة", "القائمة", "المواضيع", "مواضيع"),
    },
    "back": {
        "en": ("back", "go back"),
        "es": ("atrás", "atras", "volver"),
        "fr": ("retour",),
        "pt": ("voltar",),
        "sw": ("rudi", "nyuma"),
        "ur": ("واپس", "wapas", "wapis"),
        "hi": ("वापस", "vapas"),
        "ar": ("رجوع", "عودة"),
    },
    "language": {
        "en": ("language", "languages", "change language", "lang"),
        "es": ("idioma", "cambiar idioma"),
        "fr": ("langue", "changer langue", "changer de langue"),
        "pt": ("língua", "lingua", "idioma", "mudar idioma", "mudar língua"),
        "sw": ("lugha", "badilisha lugha"),
        "ur": ("زبان", "زبان بدلیں", "zaban", "zuban", "zaban badlo"),
        "hi": ("भाषा", "भाषा बदलें", "bhasha", "bhasha badlo"),
        "ar": ("لغة", "اللغة", "تغيير اللغة"),
    },
    "profile": {
        "en": ("profile", "my profile", "settings"),
        "es": ("perfil", "mi perfil", "ajustes"),
        "fr": ("profil", "mon profil", "réglages"),
        "pt": ("perfil", "meu perfil", "o meu perfil", "definições"),
        "sw": ("wasifu", "wasifu wangu", "mipangilio"),
        "ur": ("پروفائل", "میری معلومات", "meri maloomat"),
        "hi": ("प्रोफ़ाइल", "प्रोफाइल", "मेरी जानकारी", "meri jankari"),
        "ar": ("ملفي", "ملف شخصي", "الملف الشخصي", "إعدادات"),
    },
    "person": {
        "en": ("person", "human", "agent", "ask a person", "talk to a person",
               "talk to someone", "speak to a person"),
        "es": ("persona", "hablar con alguien", "hablar con una persona", "humano"),
        "fr": ("personne", "parler à quelqu'un", "parler a quelqu'un", "humain", "conseiller"),
        "pt": ("pessoa", "falar com alguém", "falar com alguem", "atendente"),
        "sw": ("mtu", "ongea na mtu", "nataka kuongea na mtu"),
        "ur": ("کسی سے بات کریں", "انسان سے بات", "kisi se baat", "insaan se baat"),
        "hi": ("व्यक्ति", "किसी से बात करें", "kisi se baat karen"),
        "ar": ("شخص", "التحدث مع شخص", "موظف", "انسان"),
    },
    "my_data": {
        "en": ("my data", "show my data"),
        "es": ("mis datos", "ver mis datos"),
        "fr": ("mes données", "mes donnees"),
        "pt": ("os meus dados", "meus dados"),
        "sw": ("data yangu", "taarifa zangu"),
        "ur": ("میرا ڈیٹا", "mera data"),
        "hi": ("मेरा डेटा", "मेरा डाटा"),
        "ar": ("بياناتي",),
    },
    "delete_my_data": {
        "en": ("delete my data", "delete data", "erase my data", "forget me", "remove my data"),
        "es": ("borrar mis datos", "eliminar mis datos", "borra mis datos"),
        "fr": ("supprimer mes données", "supprimer mes donnees", "effacer mes données",
               "effacer mes donnees"),
        "pt": ("apagar os meus dados", "apagar meus dados", "excluir meus dados"),
        "sw": ("futa data yangu", "futa taarifa zangu"),
        "ur": ("میرا ڈیٹا مٹائیں", "میرا ڈیٹا مٹاؤ", "میرا ڈیٹا ختم کریں", "mera data mitao",
               "mera data mita do", "mera data delete karo"),
        "hi": ("मेरा डेटा मिटाएँ", "मेरा डेटा मिटाएं", "मेरा डेटा मिटाओ", "मेरा डेटा हटाएँ",
               "mera data hatao"),
        "ar": ("احذف بياناتي", "حذف بياناتي", "امسح بياناتي"),
    },
    "privacy": {
        "en": ("privacy", "data protection"),
        "es": ("privacidad",),
        "fr": ("confidentialité", "confidentialite", "vie privée"),
        "pt": ("privacidade",),
        "sw": ("faragha",),
        "ur": ("رازداری", "raazdari", "razdari"),
        "hi": ("गोपनीयता", "gopniyata"),
        "ar": ("خصوصية", "الخصوصية"),
    },
    "low_data": {
        "en": ("low data", "text only", "lite"),
        "es": ("pocos datos", "solo texto"),
        "fr": ("peu de données", "peu de donnees", "texte seul"),
        "pt": ("poucos dados", "só texto", "so texto"),
        "sw": ("data kidogo", "maandishi tu"),
        "ur": ("کم ڈیٹا", "صرف متن", "kam data"),
        "hi": ("कम डेटा", "कम डाटा"),
        "ar": ("بيانات قليلة", "نص فقط"),
    },
}
# fmt: on

SMALL_TALK: Mapping[str, tuple[str, ...]] = {"ur": ("acha",), "hi": ("acha",)}
"""Orders of one language that are no orders to people who speak these: Swahili "stop" is "good"."""
