"""The console's own words in English, French, Spanish and Urdu."""

from collections.abc import Mapping

LANGUAGES: Mapping[str, str] = {"en": "English", "fr": "Français", "es": "Español", "ur": "اردو"}
RIGHT_TO_LEFT = frozenset({"ur"})

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
    "ask": ("Ask", "Demander", "Preguntar", "پوچھیں"),
    "outcome": ("Outcome", "Résultat", "Resultado", "نتیجہ"),
    "score": ("Score", "Score", "Puntuación", "اسکور"),
    "threshold": ("Threshold", "Seuil", "Umbral", "حد"),
    "wording": ("Wording that matched", "Formulation trouvée", "Frase que coincidió", "ملنے والا سوال"),
    "build": ("Build a new bundle", "Construire un nouvel index", "Construir un índice nuevo", "نیا بنڈل بنائیں"),
    "roll-back": ("Roll back", "Revenir en arrière", "Volver atrás", "پچھلے پر واپس"),
    "bundle": ("Bundle", "Index", "Índice", "بنڈل"),
    "live": ("live", "en service", "en uso", "جاری"),
    "running": ("running…", "en cours…", "en curso…", "جاری ہے…"),
    "done": ("done", "terminé", "terminado", "مکمل"),
    "failed": ("failed", "échec", "falló", "ناکام"),
    "force": ("Publish although it falls short; reason", "Publier malgré tout ; raison", "Publicar de todos modos; motivo", "کمی کے باوجود شائع کریں؛ وجہ"),
    "waiting": ("Waiting for a person", "En attente d'une personne", "Esperando a una persona", "کسی شخص کا انتظار"),
    "reply": ("Reply", "Répondre", "Responder", "جواب دیں"),
    "close": ("Close", "Fermer", "Cerrar", "بند کریں"),
    "window": ("More than 24 hours have passed; WhatsApp takes no reply.", "Plus de 24 heures ont passé ; WhatsApp ne prend plus de réponse.", "Pasaron más de 24 horas; WhatsApp no acepta respuesta.", "24 گھنٹے گزر گئے؛ واٹس ایپ جواب نہیں لے گا۔"),
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
    "not-allowed": ("Your role may not do this.", "Votre rôle ne le permet pas.", "Su función no lo permite.", "آپ کا کردار اس کی اجازت نہیں دیتا۔"),
    "not-found": ("There is nothing here.", "Il n'y a rien ici.", "Aquí no hay nada.", "یہاں کچھ نہیں۔"),
    "too-large": ("That is too large.", "C'est trop grand.", "Es demasiado grande.", "یہ بہت بڑا ہے۔"),
    "problem": ("That did not work", "Cela n'a pas marché", "No funcionó", "یہ نہیں ہو سکا"),
}
# fmt: on
_PLACE = {language: place for place, language in enumerate(LANGUAGES)}


class Words:
    """The words of one language, by name; a name that is missing is a mistake of ours."""

    def __init__(self, language: str) -> None:
        """Words of `language`, or of English where the console does not speak it."""
        self.language = language if language in LANGUAGES else "en"
        self.direction = "rtl" if self.language in RIGHT_TO_LEFT else "ltr"
        self._place = _PLACE[self.language]

    def __getitem__(self, name: str) -> str:
        """The words called `name`."""
        return _WORDS[name][self._place]
