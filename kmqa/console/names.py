"""What people read instead of the program's own codes, in the languages of `kmqa.console.words`.

One table for each kind of code, so that a page never shows a raw one; a test holds every table
against the values that its kind has. What a corpus names itself (topics, roles of health workers,
countries) has its labels in `corpus.yaml`, see `Labels`.
"""

from collections.abc import Mapping
from typing import Literal

from kmqa.records import CorpusSettings

Kind = Literal[
    "outcome", "reason", "wish", "done", "cause", "status", "role", "action", "thing", "verdict",
    "severity", "work", "gate", "field", "held", "purpose",
]  # fmt: skip

# fmt: off
NAMES: Mapping[Kind, Mapping[str, tuple[str, str, str, str]]] = {
    "outcome": {
        "answer": ("answered", "répondu", "respondida", "جواب دیا"),
        "choose": ("offered a choice", "choix proposé", "se ofreció elegir", "انتخاب پیش کیا"),
        "resources": ("offered documents", "documents proposés", "se ofrecieron documentos", "دستاویزات پیش کیں"),
        "refuse": ("refused", "refusé", "rechazada", "معذرت کی"),
        "urgent": ("danger sign", "signe de danger", "señal de peligro", "خطرے کی علامت"),
        "chat": ("small talk", "conversation courante", "charla", "رسمی بات"),
    },
    "reason": {
        "danger-sign": ("a danger sign was recognised", "un signe de danger a été reconnu", "se reconoció una señal de peligro", "خطرے کی علامت پہچانی گئی"),
        "no-policy": ("the bundle has no thresholds", "l'index n'a pas de seuils", "el índice no tiene umbrales", "بنڈل میں حدیں نہیں"),
        "refusal-example": ("nearest to an example of what is out of scope", "plus proche d'un exemple hors sujet", "más cerca de un ejemplo fuera de tema", "دائرے سے باہر کی مثال سے قریب ترین"),
        "above-threshold": ("one answer above the threshold", "une réponse au-dessus du seuil", "una respuesta sobre el umbral", "ایک جواب حد سے اوپر"),
        "profile-tie-break": ("the profile decided between close answers", "le profil a départagé des réponses proches", "el perfil decidió entre respuestas cercanas", "پروفائل نے قریبی جوابوں میں فیصلہ کیا"),
        "within-margin": ("several answers too close to each other", "plusieurs réponses trop proches", "varias respuestas demasiado cercanas", "کئی جواب ایک دوسرے کے بہت قریب"),
        "below-threshold": ("the best answer is below the threshold", "la meilleure réponse est sous le seuil", "la mejor respuesta está bajo el umbral", "بہترین جواب حد سے نیچے"),
        "passage-only": ("only a document comes near", "seul un document s'en approche", "solo un documento se acerca", "صرف ایک دستاویز قریب ہے"),
        "no-match": ("nothing comes near enough", "rien n'est assez proche", "nada se acerca lo suficiente", "کچھ کافی قریب نہیں"),
        "not-served": ("that answer is not served any more", "cette réponse n'est plus servie", "esa respuesta ya no se sirve", "وہ جواب اب نہیں دیا جاتا"),
        "chosen": ("chosen from a list", "choisie dans une liste", "elegida de una lista", "فہرست سے چنا گیا"),
        "no-text-in-language": ("no reviewed text in that language", "pas de texte relu dans cette langue", "no hay texto revisado en ese idioma", "اس زبان میں نظرثانی شدہ متن نہیں"),
        "greeting": ("greeting", "salutation", "saludo", "سلام"),
        "thanks": ("thanks", "remerciement", "agradecimiento", "شکریہ"),
        "empty": ("without words", "sans mots", "sin palabras", "بغیر الفاظ"),
        "emoji": ("only emoji", "seulement des émojis", "solo emojis", "صرف ایموجی"),
        "gibberish": ("no readable words", "mots illisibles", "palabras ilegibles", "بے معنی حروف"),
        "too_long": ("too long", "trop long", "demasiado largo", "بہت طویل"),
    },
    "wish": {
        "none_fits": ("none of the choices fitted", "aucun choix ne convenait", "ninguna opción servía", "کوئی انتخاب موزوں نہ تھا"),
        "not_helpful": ("not helpful", "pas utile", "no útil", "مفید نہیں"),
    },
    "done": {
        "wording": ("Added as a question of", "Ajoutée comme question de", "Añadida como pregunta de", "اس جواب کا سوال بنایا گیا"),
        "refusal": ("Out of scope", "Hors sujet", "Fuera de tema", "دائرے سے باہر"),
        "new": ("New answer", "Nouvelle réponse", "Respuesta nueva", "نیا جواب"),
        "ignored": ("Ignored", "Ignorée", "Ignorada", "نظر انداز کیا گیا"),
        "declined": ("Not accepted", "Non acceptée", "No aceptada", "قبول نہیں کیا گیا"),
    },
    "cause": {
        "asked": ("asked for a person", "a demandé une personne", "pidió una persona", "کسی شخص سے بات چاہی"),
        "urgent": ("danger sign", "signe de danger", "señal de peligro", "خطرے کی علامت"),
    },
    "status": {
        "draft": ("draft", "brouillon", "borrador", "مسودہ"),
        "in_review": ("in review", "en relecture", "en revisión", "زیرِ نظرثانی"),
        "approved": ("approved", "approuvé", "aprobado", "منظور شدہ"),
        "retired": ("retired", "retiré", "retirado", "ہٹایا گیا"),
    },
    "role": {
        "author": ("author", "auteur", "autor", "مصنف"),
        "reviewer": ("reviewer", "relecteur", "revisor", "نظرثانی کار"),
        "publisher": ("publisher", "responsable de publication", "responsable de publicación", "ناشر"),
        "evaluator": ("evaluator", "évaluateur", "evaluador", "جانچ کار"),
        "administrator": ("administrator", "administrateur", "administrador", "منتظم"),
    },
    "action": {
        "init": ("corpus begun", "corpus créé", "corpus iniciado", "مجموعہ شروع"),
        "found": ("approved before the log began", "approuvé avant le début de l'historique", "aprobado antes de empezar el historial", "تاریخ شروع ہونے سے پہلے منظور شدہ"),
        "new": ("new", "nouveau", "nuevo", "نیا"),
        "edit": ("edited", "modifié", "editado", "ترمیم"),
        "edition": ("new edition", "nouvelle édition", "nueva edición", "نیا ایڈیشن"),
        "import": ("imported", "importé", "importado", "درآمد"),
        "move": ("step of review", "étape de relecture", "paso de revisión", "نظرثانی کا مرحلہ"),
        "refuse": ("example out of scope added", "exemple hors sujet ajouté", "ejemplo fuera de tema añadido", "دائرے سے باہر کی مثال شامل"),
        "withhold": ("stopped at once", "arrêté tout de suite", "detenido de inmediato", "فوراً روکا گیا"),
        "release": ("sent again", "envoyé de nouveau", "enviado de nuevo", "دوبارہ جاری"),
        "add": ("user added", "utilisateur ajouté", "usuario añadido", "صارف شامل"),
        "role": ("role changed", "rôle changé", "función cambiada", "کردار تبدیل"),
        "disable": ("user disabled", "utilisateur désactivé", "usuario desactivado", "صارف غیر فعال"),
        "enable": ("user enabled", "utilisateur activé", "usuario activado", "صارف فعال"),
        "new-password": ("new one-time password", "nouveau mot de passe à usage unique", "nueva contraseña de un solo uso", "نیا ایک بار کا پاس ورڈ"),
        "link": ("organisation's account linked", "compte de l'organisation relié", "cuenta de la organización vinculada", "ادارے کا اکاؤنٹ منسلک"),
        "issue": ("key issued", "clé créée", "clave emitida", "کنجی جاری"),
        "revoke": ("key revoked", "clé révoquée", "clave revocada", "کنجی منسوخ"),
    },
    "thing": {
        "answer": ("answer", "réponse", "respuesta", "جواب"),
        "document": ("document", "document", "documento", "دستاویز"),
        "urgent": ("danger sign", "signe de danger", "señal de peligro", "خطرے کی علامت"),
        "refusals": ("out of scope", "hors sujet", "fuera de tema", "دائرے سے باہر"),
        "settings": ("settings", "paramètres", "ajustes", "ترتیبات"),
        "corpus": ("corpus", "corpus", "corpus", "مجموعہ"),
        "user": ("user", "utilisateur", "usuario", "صارف"),
        "key": ("API key", "clé d'API", "clave de API", "اے پی آئی کنجی"),
    },
    "verdict": {
        "text": ("text", "texte", "texto", "متن"),
        "scanned": ("scanned", "numérisé", "escaneado", "اسکین شدہ"),
        "garbled": ("garbled", "illisible", "ilegible", "بگڑا ہوا"),
        "empty": ("empty", "vide", "vacío", "خالی"),
        "fine": ("can be read", "lisible", "se puede leer", "پڑھی جا سکتی ہے"),
        "encrypted": ("needs a password", "protégé par mot de passe", "protegido con contraseña", "پاس ورڈ درکار"),
        "broken": ("damaged", "endommagé", "dañado", "خراب"),
        "too_large": ("too large", "trop grand", "demasiado grande", "بہت بڑی"),
    },
    "severity": {
        "error": ("must be mended", "à corriger", "hay que corregir", "درست کرنا لازم"),
        "warning": ("to look at", "à vérifier", "conviene mirar", "دیکھنے کے لائق"),
    },
    "work": {
        "build": ("Build a new bundle", "Construire un nouvel index", "Construir un índice nuevo", "نیا بنڈل بنائیں"),
        "look": ("See what would change", "Voir ce qui changerait", "Ver qué cambiaría", "دیکھیں کیا بدلے گا"),
        "publish": ("Publish", "Publier", "Publicar", "شائع کریں"),
        "rollback": ("Roll back", "Revenir en arrière", "Volver atrás", "پچھلے پر واپس"),
    },
    "gate": {
        "passed": ("passed", "réussi", "aprobado", "کامیاب"),
        "failed": ("falls short", "insuffisant", "insuficiente", "ناکافی"),
        "untested": ("not tested", "non testé", "sin probar", "جانچ نہیں ہوئی"),
    },
    "field": {
        "language": ("Language", "Langue", "Idioma", "زبان"),
        "role": ("Work", "Métier", "Trabajo", "کام"),
        "country": ("Country", "Pays", "País", "ملک"),
        "age_group": ("Age group", "Tranche d'âge", "Grupo de edad", "عمر کا گروہ"),
        "gender": ("Gender", "Genre", "Género", "جنس"),
    },
    "held": {
        "opted-out": ("the person said stop", "la personne a dit stop", "la persona dijo alto", "اس شخص نے رکنے کو کہا"),
        "window": ("more than 24 hours since the person wrote", "plus de 24 heures depuis le dernier message de la personne", "más de 24 horas desde el último mensaje de la persona", "اس شخص کے آخری پیغام کو 24 گھنٹے سے زیادہ ہو گئے"),
        "stopped": ("a curator stopped what is in it", "un curateur a arrêté ce qu'il contient", "un curador detuvo su contenido", "اس کا مواد کسی منتظم نے روک دیا"),
        "lapsed": ("the review date of what is in it has passed", "la date de révision de son contenu est passée", "la fecha de revisión de su contenido ya pasó", "اس کے مواد کی نظرثانی کی تاریخ گزر گئی"),
        "unknown-content": ("what is in it is no longer published", "son contenu n'est plus publié", "su contenido ya no está publicado", "اس کا مواد اب شائع نہیں"),
        "capped": ("the limit of messages is reached", "la limite de messages est atteinte", "se alcanzó el límite de mensajes", "پیغاموں کی حد پوری ہو گئی"),
    },
    "purpose": {
        "answer": ("answer", "réponse", "respuesta", "جواب"),
        "danger": ("danger sign", "signe de danger", "señal de peligro", "خطرے کی علامت"),
        "consent": ("confirmation", "confirmation", "confirmación", "تصدیق"),
        "service": ("menu or notice", "menu ou avis", "menú o aviso", "مینو یا اطلاع"),
        "handover": ("reply of a curator", "réponse d'un curateur", "respuesta de un curador", "منتظم کا جواب"),
        "pathway": ("pathway", "parcours", "ruta", "طریقہ کار"),
        "course": ("course", "cours", "curso", "کورس"),
        "survey": ("survey", "enquête", "encuesta", "سروے"),
        "broadcast": ("broadcast", "diffusion", "difusión", "نشریہ"),
        "basket": ("basket", "panier", "cesta", "ٹوکری"),
        "correction": ("correction", "correction", "corrección", "تصحیح"),
    },
}
# fmt: on


class Labels:
    """What a corpus says instead of its codes, to somebody who reads one language."""

    def __init__(self, settings: CorpusSettings | None, language: str) -> None:
        """Labels of `settings` in `language`; without settings there are none."""
        self._codes = settings.labels if settings else {}
        self._topics = settings.topics if settings else {}
        self._languages = (language, settings.languages[0]) if settings else ()

    def code(self, code: str) -> str:
        """The label of a role, country, age group or gender, in her language or else the first.

        A code without a label is shown as it is.
        """
        return self._best(self._codes.get(code, {}), code)

    def topic(self, topic: str) -> str:
        """The label of a topic, likewise."""
        return self._best(self._topics.get(topic, {}), topic)

    def _best(self, texts: Mapping[str, str], code: str) -> str:
        return next((texts[one] for one in self._languages if one in texts), code)
