"""The console's own words in English, French, Spanish and Urdu."""

import re
from collections.abc import Callable, Mapping
from functools import partial

from kmqa.console.admin_words import ADMIN_WORDS
from kmqa.console.faults import FAULT_WORDS
from kmqa.console.names import NAMES, Kind

LANGUAGES: Mapping[str, str] = {"en": "English", "fr": "Français", "es": "Español", "ur": "اردو"}
RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})

# fmt: off
_WORDS: Mapping[str, tuple[str, str, str, str]] = {
    "today": ("Today", "Aujourd'hui", "Hoy", "آج"),
    "unanswered": ("Unanswered", "Sans réponse", "Sin respuesta", "بے جواب"),
    "answers": ("Answers", "Réponses", "Respuestas", "جواب"),
    "try": ("Try it", "Essayer", "Probar", "آزمائیں"),
    "publish": ("Publish", "Publier", "Publicar", "شائع کریں"),
    "conversations": ("Conversations", "Conversations", "Conversaciones", "گفتگو"),
    "people": ("People", "Personnes", "Personas", "لوگ"),
    "history": ("History", "Historique", "Historial", "تاریخ"),
    "turns": ("Questions", "Questions", "Preguntas", "سوالات"),
    "sign-in": ("Sign in", "Se connecter", "Entrar", "داخل ہوں"),
    "sign-out": ("Sign out", "Se déconnecter", "Salir", "باہر جائیں"),
    "name": ("Name", "Nom", "Nombre", "نام"),
    "password": ("Password", "Mot de passe", "Contraseña", "پاس ورڈ"),
    "new-password": ("New password (12 letters or more)", "Nouveau mot de passe (12 lettres ou plus)", "Contraseña nueva (12 letras o más)", "نیا پاس ورڈ (12 حروف یا زیادہ)"),
    "documents": ("Documents", "Documents", "Documentos", "دستاویزات"),
    "edition": ("Edition", "Édition", "Edición", "ایڈیشن"),
    "year": ("Year", "Année", "Año", "سال"),
    "publisher": ("Publisher", "Éditeur", "Editorial", "ناشر"),
    "licence": ("Licence", "Licence", "Licencia", "لائسنس"),
    "address": ("Web address", "Adresse web", "Dirección web", "ویب پتہ"),
    "description": ("Description", "Description", "Descripción", "تفصیل"),
    "readable": ("What can be read", "Ce qui est lisible", "Lo que se puede leer", "جو پڑھا جا سکتا ہے"),
    "pages": ("pages", "pages", "páginas", "صفحات"),
    "cited": ("Cited by", "Cité par", "Citado por", "حوالہ دینے والے"),
    "quote": ("Quote", "Citation", "Cita", "اقتباس"),
    "stands": ("Stands there", "S'y trouve", "Está ahí", "وہاں موجود ہے"),
    "not-here": ("not on this page", "pas sur cette page", "no está en esta página", "اس صفحے پر نہیں"),
    "yes": ("yes", "oui", "sí", "ہاں"),
    "no": ("no", "non", "no", "نہیں"),
    "reviewed": ("Reviewed by", "Relu par", "Revisado por", "نظرثانی از"),
    "no-pdf": ("There is no PDF beside this description.", "Il n'y a pas de PDF avec cette description.", "No hay PDF junto a esta descripción.", "اس تفصیل کے ساتھ کوئی پی ڈی ایف نہیں۔"),
    "add-document": ("Add a document", "Ajouter un document", "Añadir un documento", "دستاویز شامل کریں"),
    "new-edition": ("New edition", "Nouvelle édition", "Nueva edición", "نیا ایڈیشن"),
    "new-edition-hint": ("It replaces the PDF. Until a second person approves it no new bundle can be built; what is live stays as it is. The table above then shows which quotes no longer stand.", "Elle remplace le PDF. Tant qu'une autre personne ne l'a pas approuvée, aucun nouvel index ne peut être construit ; ce qui est en service ne change pas. Le tableau ci-dessus montre alors les citations qui ne s'y trouvent plus.", "Sustituye el PDF. Hasta que otra persona lo apruebe no se puede construir ningún índice nuevo; lo que está en uso no cambia. La tabla de arriba muestra entonces qué citas ya no están.", "یہ پی ڈی ایف کی جگہ لے گا۔ جب تک دوسرا شخص منظور نہ کرے، نیا بنڈل نہیں بن سکتا؛ جو جاری ہے وہ ویسا ہی رہے گا۔ اوپر کا جدول بتائے گا کہ کون سے اقتباس اب نہیں ملتے۔"),
    "file": ("PDF file", "Fichier PDF", "Archivo PDF", "پی ڈی ایف فائل"),
    "upload": ("Upload", "Téléverser", "Subir", "اپ لوڈ کریں"),
    "id": ("Id", "Identifiant", "Identificador", "شناخت"),
    "exchange": ("Import and export", "Importer et exporter", "Importar y exportar", "درآمد اور برآمد"),
    "export": ("Take out", "Exporter", "Exportar", "برآمد"),
    "as-spreadsheet": ("Answers as a spreadsheet (.xlsx)", "Réponses en tableur (.xlsx)", "Respuestas en hoja de cálculo (.xlsx)", "جواب بطور اسپریڈشیٹ (\u200e.xlsx)"),
    "as-zip": ("The whole corpus (.zip)", "Tout le corpus (.zip)", "Todo el corpus (.zip)", "پورا مجموعہ (\u200e.zip)"),
    "import": ("Bring in", "Importer", "Importar", "درآمد"),
    "import-hint": ("A .xlsx, .csv or .jsonl with the columns id, questions, answer, lang, and if wanted topic and title; questions of one cell stand on lines of their own. New answers arrive as your drafts, all of them or none.", "Un .xlsx, .csv ou .jsonl avec les colonnes id, questions, answer, lang et, au besoin, topic et title ; les questions d'une cellule sont sur des lignes séparées. Les réponses nouvelles arrivent comme vos brouillons, toutes ou aucune.", "Un .xlsx, .csv o .jsonl con las columnas id, questions, answer, lang y, si se quiere, topic y title; las preguntas de una celda van en líneas separadas. Las respuestas nuevas llegan como borradores suyos, todas o ninguna.", "ایک \u200e.xlsx، \u200e.csv یا \u200e.jsonl جس میں id، questions، answer، lang اور چاہیں تو topic اور title کے کالم ہوں؛ ایک خانے کے سوال الگ الگ سطروں پر۔ نئے جواب آپ کے مسودوں کے طور پر آئیں گے، سب یا کوئی نہیں۔"),
    "table-file": ("Spreadsheet", "Tableur", "Hoja de cálculo", "اسپریڈشیٹ"),
    "look-first": ("See what would change", "Voir ce qui changerait", "Ver qué cambiaría", "دیکھیں کیا بدلے گا"),
    "would-add": ("Would be added as drafts", "Seraient ajoutées comme brouillons", "Se añadirían como borradores", "مسودوں کے طور پر شامل ہوں گے"),
    "there-already": ("There already, word for word", "Déjà présentes, mot pour mot", "Ya están, palabra por palabra", "پہلے سے لفظ بہ لفظ موجود"),
    "new-topics": ("New topics", "Nouveaux thèmes", "Temas nuevos", "نئے موضوع"),
    "nothing-imported": ("Nothing can be brought in until this is mended", "Rien ne peut être importé avant de corriger ceci", "No se puede importar nada hasta corregir esto", "جب تک یہ درست نہ ہو کچھ درآمد نہیں ہو سکتا"),
    "do-import": ("Bring them in", "Les importer", "Importarlas", "انہیں درآمد کریں"),
    "row": ("Row", "Ligne", "Fila", "سطر"),
    "resources": ("Documents to offer (ids)", "Documents à proposer (identifiants)", "Documentos que ofrecer (identificadores)", "پیش کرنے کی دستاویزات (شناخت)"),
    "related": ("Related answers (ids)", "Réponses liées (identifiants)", "Respuestas relacionadas (identificadores)", "متعلقہ جواب (شناخت)"),
    "see-page": ("See the page", "Voir la page", "Ver la página", "صفحہ دیکھیں"),
    "variant": ("Variant", "Variante", "Variante", "متبادل متن"),
    "add-variant": ("Add a variant: another text for some people", "Ajouter une variante : un autre texte pour certaines personnes", "Añadir una variante: otro texto para algunas personas", "متبادل شامل کریں: کچھ لوگوں کے لیے الگ متن"),
    "problems": ("What is wrong", "Ce qui ne va pas", "Lo que está mal", "کیا خرابی ہے"),
    "not-saved": ("Not saved", "Non enregistré", "No se guardó", "محفوظ نہیں ہوا"),
    "open-again": ("Open the answer as it is now", "Ouvrir la réponse telle qu'elle est", "Abrir la respuesta como está ahora", "جواب جیسا اب ہے کھولیں"),
    "yours": ("What you wrote, to copy", "Ce que vous avez écrit, à copier", "Lo que usted escribió, para copiar", "جو آپ نے لکھا، نقل کے لیے"),
    "old-password": ("Present password", "Mot de passe actuel", "Contraseña actual", "موجودہ پاس ورڈ"),
    "change-password": ("Choose a password of your own", "Choisissez votre mot de passe", "Elija su contraseña", "اپنا پاس ورڈ منتخب کریں"),
    "wrong": ("Name and password do not fit, or there were too many tries. Wait 15 minutes after five.", "Nom et mot de passe ne vont pas ensemble, ou trop d'essais. Attendez 15 minutes après cinq.", "El nombre y la contraseña no coinciden, o hubo demasiados intentos. Espere 15 minutos tras cinco.", "نام اور پاس ورڈ درست نہیں، یا بہت کوششیں ہوئیں۔ پانچ کے بعد 15 منٹ انتظار کریں۔"),
    "save": ("Save", "Enregistrer", "Guardar", "محفوظ کریں"),
    "send": ("Send", "Envoyer", "Enviar", "بھیجیں"),
    "search": ("Search", "Chercher", "Buscar", "تلاش"),
    "all": ("all", "tous", "todos", "سب"),
    "topic": ("Topic", "Thème", "Tema", "موضوع"),
    "status": ("Status", "État", "Estado", "حالت"),
    "language": ("Language", "Langue", "Idioma", "زبان"),
    "role": ("Role", "Fonction", "Función", "کردار"),
    "country": ("Country", "Pays", "País", "ملک"),
    "title": ("Title", "Titre", "Título", "عنوان"),
    "questions": ("Questions as people type them, one a line", "Questions comme on les tape, une par ligne", "Preguntas como se escriben, una por línea", "سوال جیسے لوگ لکھتے ہیں، ہر سطر میں ایک"),
    "text": ("Text", "Texte", "Texto", "متن"),
    "letters": ("letters of 900", "lettres sur 900", "letras de 900", "حروف، 900 میں سے"),
    "sources": ("Sources", "Sources", "Fuentes", "ماخذ"),
    "page": ("page", "page", "página", "صفحہ"),
    "author": ("Author", "Auteur", "Autor", "مصنف"),
    "review-by": ("Review by", "À revoir avant", "Revisar antes de", "نظرثانی تک"),
    "preview": ("On the phone", "Sur le téléphone", "En el teléfono", "فون پر"),
    "send-to-review": ("Send to review", "Envoyer à la relecture", "Enviar a revisión", "نظرثانی کو بھیجیں"),
    "approve": ("Approve", "Approuver", "Aprobar", "منظور کریں"),
    "back-to-draft": ("Back to draft", "Retour au brouillon", "Volver a borrador", "مسودے پر واپس"),
    "retire": ("Retire", "Retirer", "Retirar", "ہٹا دیں"),
    "stop-now": ("Stop sending this answer now", "Ne plus envoyer cette réponse", "Dejar de enviar esta respuesta", "یہ جواب بھیجنا ابھی روکیں"),
    "stopped": ("This answer is stopped", "Cette réponse est arrêtée", "Esta respuesta está detenida", "یہ جواب روکا ہوا ہے"),
    "send-again": ("Send it again", "L'envoyer de nouveau", "Volver a enviarla", "پھر بھیجیں"),
    "reason": ("Reason", "Raison", "Motivo", "وجہ"),
    "changes": ("Changes against the live bundle", "Changements par rapport à l'index en service", "Cambios frente al índice en uso", "جاری بنڈل سے فرق"),
    "none": ("none", "aucun", "ninguno", "کوئی نہیں"),
    "times": ("times", "fois", "veces", "بار"),
    "nearest": ("Nearest answers", "Réponses les plus proches", "Respuestas más cercanas", "قریب ترین جواب"),
    "add-wording": ("Add as a question of", "Ajouter comme question de", "Añadir como pregunta de", "اس جواب کا سوال بنائیں"),
    "new-answer": ("New answer", "Nouvelle réponse", "Respuesta nueva", "نیا جواب"),
    "out-of-scope": ("Out of scope", "Hors sujet", "Fuera de tema", "دائرے سے باہر"),
    "ignore": ("Ignore", "Ignorer", "Ignorar", "نظر انداز کریں"),
    "suggested": ("Suggested wordings", "Formulations proposées", "Frases propuestas", "تجویز کردہ سوال"),
    "what-was-done": ("What was done", "Ce qui a été fait", "Lo que se hizo", "کیا کیا گیا"),
    "being-grouped": ("Still being grouped", "Regroupement en cours", "Agrupación en curso", "ابھی گروہ بن رہے ہیں"),
    "show-all": ("All are grouped now; show them", "Toutes sont regroupées ; les montrer", "Todas están agrupadas; mostrarlas", "سب گروہ بن گئے؛ دکھائیں"),
    "back": ("Back", "Retour", "Atrás", "واپس"),
    "skip": ("Skip to the content", "Aller au contenu", "Ir al contenido", "سیدھا مواد پر جائیں"),
    "more": ("More", "Suite", "Más", "مزید"),
    "tapped": ("tapped out of several", "choisie parmi plusieurs", "elegida entre varias", "کئی میں سے چنا گیا"),
    "wordings-now": ("Its questions now", "Ses questions actuelles", "Sus preguntas actuales", "اس کے موجودہ سوال"),
    "accept": ("Accept", "Accepter", "Aceptar", "قبول کریں"),
    "decline": ("Do not accept", "Ne pas accepter", "No aceptar", "قبول نہ کریں"),
    "open-again-short": ("Open again", "Rouvrir", "Reabrir", "دوبارہ کھولیں"),
    "ask": ("Ask", "Demander", "Preguntar", "پوچھیں"),
    "outcome": ("Outcome", "Résultat", "Resultado", "نتیجہ"),
    "score": ("Score", "Score", "Puntuación", "اسکور"),
    "threshold": ("Threshold", "Seuil", "Umbral", "حد"),
    "wording": ("Wording that matched", "Formulation trouvée", "Frase que coincidió", "ملنے والا سوال"),
    "bundle": ("Bundle", "Index", "Índice", "بنڈل"),
    "live": ("live", "en service", "en uso", "جاری"),
    "running": ("running…", "en cours…", "en curso…", "جاری ہے…"),
    "done": ("done", "terminé", "terminado", "مکمل"),
    "failed": ("failed", "échec", "falló", "ناکام"),
    "would-change": ("Past questions that would get something else", "Questions passées qui recevraient autre chose", "Preguntas pasadas que recibirían otra cosa", "پچھلے سوال جنہیں کچھ اور ملے گا"),
    "now": ("Now", "Maintenant", "Ahora", "اب"),
    "then": ("With this bundle", "Avec cet index", "Con este índice", "اس بنڈل کے ساتھ"),
    "evaluation": ("Evaluation", "Évaluation", "Evaluación", "جانچ"),
    "check": ("Check", "Contrôle", "Control", "جانچ کا نکتہ"),
    "asked-for": ("Asked for", "Demandé", "Pedido", "مطلوب"),
    "got": ("Got", "Obtenu", "Obtenido", "حاصل"),
    "force": ("Publish although it falls short; reason", "Publier malgré tout ; raison", "Publicar de todos modos; motivo", "کمی کے باوجود شائع کریں؛ وجہ"),
    "waiting": ("Waiting for a person", "En attente d'une personne", "Esperando a una persona", "کسی شخص کا انتظار"),
    "reply": ("Reply", "Répondre", "Responder", "جواب دیں"),
    "held": ("Held back", "Retenus", "Retenidos", "روکے گئے پیغام"),
    "held-help": ("These messages were not sent, for the reason beside each. What can be put right is sent by: kmqa parked --retry", "Ces messages n'ont pas été envoyés, pour la raison indiquée. Une fois la cause levée : kmqa parked --retry", "Estos mensajes no se enviaron, por el motivo indicado. Una vez resuelto: kmqa parked --retry", "یہ پیغام ساتھ لکھی وجہ سے نہیں بھیجے گئے۔ وجہ دور ہو جائے تو: kmqa parked --retry"),
    "bot": ("bot", "bot", "bot", "بوٹ"),
    "close": ("Close", "Fermer", "Cerrar", "بند کریں"),
    "billed": ("messages that Meta bills", "messages facturés par Meta", "mensajes que Meta cobra", "پیغام جن کی میٹا قیمت لیتا ہے"),
    "helpful": ("helpful", "utile", "útil", "مفید"),
    "not-helpful": ("not helpful", "pas utile", "no útil", "مفید نہیں"),
    "days": ("days", "jours", "días", "دن"),
    "by-day": ("Questions by day", "Questions par jour", "Preguntas por día", "روزانہ سوالات"),
    "by-language": ("By language", "Par langue", "Por idioma", "زبان کے لحاظ سے"),
    "expiring": ("Answers to review within 60 days", "Réponses à revoir dans les 60 jours", "Respuestas por revisar en 60 días", "60 دن میں نظرثانی والے جواب"),
    "in-review": ("Waiting for review", "En attente de relecture", "Esperando revisión", "نظرثانی کے منتظر"),
    "add-user": ("Add a user", "Ajouter un utilisateur", "Añadir usuario", "صارف شامل کریں"),
    "disable": ("Disable", "Désactiver", "Desactivar", "غیر فعال کریں"),
    "enable": ("Enable", "Activer", "Activar", "فعال کریں"),
    "one-time": ("One-time password; it is shown once", "Mot de passe à usage unique ; montré une fois", "Contraseña de un solo uso; se muestra una vez", "ایک بار کا پاس ورڈ؛ صرف ابھی دکھایا گیا"),
    "when": ("When", "Quand", "Cuándo", "کب"),
    "who": ("Who", "Qui", "Quién", "کون"),
    "what": ("What", "Quoi", "Qué", "کیا"),
    "files-left-out": (
        "These files cannot be read and are left out. Nothing can be saved or built until "
        "somebody mends them.",
        "Ces fichiers ne peuvent pas être lus et sont laissés de côté. Rien ne peut être "
        "enregistré ni construit avant qu'ils soient corrigés.",
        "Estos archivos no se pueden leer y quedan fuera. No se puede guardar ni construir nada "
        "hasta que se corrijan.",
        "یہ فائلیں پڑھی نہیں جا سکتیں اور چھوڑ دی گئی ہیں۔ جب تک یہ درست نہ ہوں، کچھ محفوظ یا "
        "تیار نہیں ہو سکتا۔",
    ),
}
# fmt: on
_ALL = {**_WORDS, **ADMIN_WORDS, **FAULT_WORDS}
_FIELDS = {"source": "sources", "hours": "office-hours"}
"""Fields of forms that are not called as their words are."""
_ACCEPTED = re.compile(r"([a-z]{2,3})(?:-[a-z0-9]+)*(?:;q=([01](?:\.\d{0,3})?))?", re.IGNORECASE)
_PLACE = {language: place for place, language in enumerate(LANGUAGES)}


def choose_language(accepted: str) -> str:
    """The console's language that a browser likes best, by its Accept-Language; else English.

    Source: RFC 9110, section 12.5.4: a weight of 0 means "not this one", none means 1.
    """
    best, most = "en", 0.0
    for part in accepted.split(","):
        found = _ACCEPTED.fullmatch("".join(part.split()))
        language, weight = (found[1].lower(), float(found[2] or 1)) if found else ("", 0.0)
        if language in LANGUAGES and weight > most:
            best, most = language, weight
    return best


def direction(language: str) -> str:
    """Which way a language runs, as HTML calls it; also those that only a corpus speaks."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


class Words:
    """The words of one language, by name; a name that is missing is a mistake of ours."""

    def __init__(self, language: str) -> None:
        """Words of `language`, or of English where the console does not speak it."""
        self.language = language if language in LANGUAGES else "en"
        self.direction = direction(self.language)
        self._place = _PLACE[self.language]

    def __getitem__(self, name: str) -> str:
        """The words called `name`."""
        return _ALL[name][self._place]

    def name(self, kind: Kind, code: str) -> str:
        """What people call `code`; a code of another version of kmqa is shown as it is."""
        found = NAMES[kind].get(code)
        return found[self._place] if found else code

    def field(self, name: str) -> str:
        """What people call a field of a form, such as ``text-en`` or ``hours-1-opens``."""
        first, _, rest = name.partition("-")
        known = _FIELDS.get(first, first)
        label = self[known] if known in _ALL else first
        return f"{label} ({rest})" if rest else label

    def state(self, code: str) -> str:
        """The name of a status, or of the role that stands in its place where a user changed."""
        return self.name("status" if code in NAMES["status"] else "role", code)

    def names(self, kind: Kind) -> Callable[[str], str]:
        """`name` for one kind of code."""
        return partial(self.name, kind)
