"""The words that people put around what they are asked for, as they type them in eight languages.

"I am a nurse", "vivo en Perú", "میں نرس ہوں": each is compared after case, accents and
punctuation are gone, so none is listed twice for those.
"""

from collections.abc import Mapping

# fmt: off
BEFORE: Mapping[str, tuple[str, ...]] = {
    "en": ("I'm", "im", "I am", "I'm a", "im a", "I am a", "I'm an", "im an", "I am an", "am a",
           "I'm the", "I am the", "a", "an", "I work as a", "I work as an", "working as a", "in",
           "from", "I'm in", "im in", "I am in", "I'm from", "im from", "I am from", "I live in",
           "I work in", "my country is", "my job is", "I speak", "it is", "it's", "its"),
    "es": ("soy", "yo soy", "soy un", "soy una", "yo soy un", "yo soy una", "un", "una", "en", "de",
           "soy de", "vivo en", "trabajo en", "estoy en", "trabajo como", "trabajo de", "hablo",
           "mi país es", "tengo"),
    "fr": ("je suis", "je suis un", "je suis une", "moi je suis", "un", "une", "c'est", "en", "au",
           "de", "du", "le", "la", "l'", "je suis en", "je suis au", "je suis de", "je suis du",
           "je vis en", "je vis au", "j'habite en", "j'habite au", "je travaille en",
           "je travaille au", "je travaille comme", "je parle", "mon pays est"),
    "pt": ("sou", "eu sou", "sou um", "sou uma", "eu sou um", "eu sou uma", "um", "uma", "em", "no",
           "na", "de", "do", "sou de", "sou do", "sou da", "vivo em", "vivo no", "moro em",
           "moro no", "moro na", "estou em", "estou no", "trabalho em", "trabalho no",
           "trabalho na", "trabalho como", "falo", "o meu país é"),
    "sw": ("mimi", "mimi ni", "ni", "mie ni", "natoka", "ninatoka", "mimi natoka", "niko", "nipo",
           "ninaishi", "naishi", "nafanya kazi", "ninafanya kazi", "nazungumza", "naongea",
           "nchi yangu ni", "kazi yangu ni"),
    "ur": ("میں", "میں ایک", "ایک", "ہم", "main", "mein", "main aik", "main ek", "me", "mai",
           "mera mulk", "میرا ملک"),
    "hi": ("मैं", "मैं एक", "एक", "मेरा देश", "mera desh"),
    "ar": ("أنا", "انا في", "انا من", "من", "في", "أعمل", "اعمل في", "أعيش في", "أسكن في", "أتكلم",
           "بلدي"),
}
"""What leads to a name, by language."""

AFTER: Mapping[str, tuple[str, ...]] = {
    "en": ("please", "here", "by profession"),
    "fr": ("svp",),
    "ur": ("ہوں", "ہے", "سے", "سے ہوں", "میں", "میں ہوں", "hun", "hoon", "hu", "hai", "se",
           "se hun", "se hoon", "mein hun", "main hun"),
    "hi": ("हूँ", "हूं", "है", "से", "से हूँ", "से हूं", "में", "में हूँ", "में हूं"),
}
"""What follows a name, by language."""

AGE: Mapping[str, tuple[str, ...]] = {
    "en": ("I'm", "im", "I am", "my age is", "year", "years old", "yrs", "yr", "y o", "aged"),
    "es": ("tengo", "años", "anos", "mi edad es", "yo"),
    "fr": ("j'ai", "ans", "an", "mon âge est"),
    "pt": ("tenho", "eu", "anos", "minha idade é", "a"),
    "sw": ("nina", "mimi", "miaka", "umri wangu ni", "una"),
    "ur": ("میری عمر", "سال", "ہے", "کی ہوں", "میں", "کا", "meri umar", "umr", "saal", "hai", "ki",
           "ka", "hun", "hoon", "main"),
    "hi": ("मेरी उम्र", "साल", "वर्ष", "है", "मैं", "की", "का", "हूँ", "हूं"),
    "ar": ("عمري", "سنة", "سنوات", "عام", "عاما", "عندي", "لدي", "أنا"),
}
"""What stands around a number of years; each word counts by itself."""
# fmt: on
