"""Words for what went wrong, in the languages of `kmqa.console.words`, and which fit an error."""

from collections.abc import Mapping

from kmqa.errors import (
    CorpusInvalid,
    EditConflict,
    KmqaError,
    NotPermitted,
    TransitionDenied,
)

# fmt: off
FAULT_WORDS: Mapping[str, tuple[str, str, str, str]] = {
    "problem": ("That did not work", "Cela n'a pas marché", "No funcionó", "یہ نہیں ہو سکا"),
    "not-allowed": ("Your role may not do this.", "Votre rôle ne le permet pas.", "Su función no lo permite.", "آپ کا کردار اس کی اجازت نہیں دیتا۔"),
    "not-found": ("There is nothing here.", "Il n'y a rien ici.", "Aquí no hay nada.", "یہاں کچھ نہیں۔"),
    "too-large": ("That is too large.", "C'est trop grand.", "Es demasiado grande.", "یہ بہت بڑا ہے۔"),
    "form-stale": ("This page was opened before you signed in last. Nothing was done; open it again.", "Cette page date d'avant votre dernière connexion. Rien n'a été fait ; rouvrez-la.", "Esta página es anterior a su última entrada. No se hizo nada; ábrala de nuevo.", "یہ صفحہ آپ کے پچھلے داخلے سے پہلے کا ہے۔ کچھ نہیں کیا گیا؛ اسے دوبارہ کھولیں۔"),
    "form-elsewhere": ("This form was sent from another site. Nothing was done; open the page here and try again.","Ce formulaire a été envoyé depuis un autre site. Rien n'a été fait ; ouvrez la page ici et réessayez.","Este formulario se envió desde otro sitio. No se hizo nada; abra la página aquí e inténtelo de nuevo.","یہ فارم کسی دوسری سائٹ سے بھیجا گیا۔ کچھ نہیں کیا گیا؛ صفحہ یہاں کھول کر دوبارہ کوشش کریں۔"),
    "needs-question": ("Write a question, in a language of the corpus.", "Écrivez une question, dans une langue du corpus.", "Escriba una pregunta, en un idioma del corpus.", "مجموعے کی کسی زبان میں سوال لکھیں۔"),
    "needs-id": ("A new answer needs a topic and an id of its own: letters, digits and hyphens, 60 at most.", "Une nouvelle réponse a besoin d'un thème et d'un identifiant : lettres, chiffres et traits d'union, 60 au plus.", "Una respuesta nueva necesita un tema y un identificador: letras, cifras y guiones, 60 como máximo.", "نئے جواب کے لیے موضوع اور شناخت چاہیے: انگریزی حروف، ہندسے اور ہائفن، زیادہ سے زیادہ 60۔"),
    "needs-reason": ("Give a reason.", "Indiquez une raison.", "Indique un motivo.", "وجہ لکھیں۔"),
    "needs-reply": ("Write a reply first.", "Écrivez d'abord une réponse.", "Escriba primero una respuesta.", "پہلے جواب لکھیں۔"),
    "needs-file": ("Choose a file first.", "Choisissez d'abord un fichier.", "Elija primero un archivo.", "پہلے فائل چنیں۔"),
    "needs-look": ("See first what this bundle would change: nobody has held it against the one that is live now.", "Voyez d'abord ce que cet index changerait : personne ne l'a comparé à celui en service.", "Vea primero qué cambiaría este índice: nadie lo ha comparado con el que está en uso.", "پہلے دیکھیں یہ بنڈل کیا بدلے گا: اسے ابھی جاری بنڈل سے کسی نے نہیں ملایا۔"),
    "busy": ("Something else is still running. Nothing was begun; wait until it has ended.", "Autre chose est encore en cours. Rien n'a été lancé ; attendez la fin.", "Aún hay otra tarea en curso. No se inició nada; espere a que termine.", "کچھ اور ابھی جاری ہے۔ کچھ شروع نہیں کیا گیا؛ اس کے ختم ہونے تک انتظار کریں۔"),
    "handled": ("Somebody has done something about these questions meanwhile. Nothing was done.", "Quelqu'un s'est occupé de ces questions entre-temps. Rien n'a été fait.", "Alguien ya se ocupó de estas preguntas. No se hizo nada.", "اس دوران کسی نے ان سوالوں پر کچھ کر دیا ہے۔ کچھ نہیں کیا گیا۔"),
    "replied": ("Somebody has replied meanwhile. Nothing was sent; read it, then decide.", "Quelqu'un a répondu entre-temps. Rien n'a été envoyé ; lisez, puis décidez.", "Alguien ya respondió. No se envió nada; léalo y decida.", "اس دوران کسی نے جواب دے دیا ہے۔ کچھ نہیں بھیجا گیا؛ پڑھ کر فیصلہ کریں۔"),
    "window": ("More than 24 hours have passed; WhatsApp takes no reply.", "Plus de 24 heures ont passé ; WhatsApp ne prend plus de réponse.", "Pasaron más de 24 horas; WhatsApp no acepta respuesta.", "24 گھنٹے گزر گئے؛ واٹس ایپ جواب نہیں لے گا۔"),
    "opted-out": ("This person said stop. Nothing but the text for a danger sign may be sent to them, and no reply.", "Cette personne a dit stop. Seul le texte d'un signe de danger peut lui être envoyé, aucune réponse.", "Esta persona dijo alto. Solo se le puede enviar el texto de una señal de peligro, ninguna respuesta.", "اس شخص نے رکنے کو کہا ہے۔ انہیں خطرے کی علامت کے متن کے سوا کچھ نہیں بھیجا جا سکتا، کوئی جواب نہیں۔"),
    "wrong-password": ("The present password is wrong.", "Le mot de passe actuel est faux.", "La contraseña actual no es correcta.", "موجودہ پاس ورڈ غلط ہے۔"),
    "short-password": ("The new password is too short.", "Le nouveau mot de passe est trop court.", "La contraseña nueva es demasiado corta.", "نیا پاس ورڈ بہت چھوٹا ہے۔"),
    "same-password": ("The new password must be another one.", "Le nouveau mot de passe doit être différent.", "La contraseña nueva debe ser otra.", "نیا پاس ورڈ مختلف ہونا چاہیے۔"),
    "conflict": ("Somebody changed this meanwhile. Nothing was overwritten.", "Quelqu'un a modifié cela entre-temps. Rien n'a été écrasé.", "Alguien lo cambió entretanto. No se sobrescribió nada.", "اس دوران کسی نے اسے بدل دیا۔ کچھ مٹایا نہیں گیا۔"),
    "not-yours": ("You may not take this step yourself.", "Vous ne pouvez pas faire cette étape vous-même.", "Usted no puede dar este paso.", "یہ قدم آپ خود نہیں اٹھا سکتے۔"),
    "step-denied": ("This step is not possible just now.", "Cette étape n'est pas possible maintenant.", "Este paso no es posible ahora.", "یہ قدم ابھی ممکن نہیں۔"),
    "corpus-faulty": ("Files of the corpus must be mended first.", "Des fichiers du corpus sont d'abord à corriger.", "Primero hay que corregir archivos del corpus.", "پہلے مجموعے کی فائلیں درست کرنا ہوں گی۔"),
}
# fmt: on
_OF_STATUS = {403: "not-allowed", 404: "not-found", 413: "too-large"}
_OF_ERROR: Mapping[type[KmqaError], str] = {
    EditConflict: "conflict",
    NotPermitted: "not-yours",
    TransitionDenied: "step-denied",
    CorpusInvalid: "corpus-faulty",
}


def name_of_refusal(status: int, detail: str) -> str:
    """Which words fit an answer of HTTP: those that `detail` names, or else by its `status`."""
    return detail if detail in FAULT_WORDS else _OF_STATUS.get(status, "problem")


def name_of_error(error: KmqaError) -> str:
    """Which words fit an error of ours; its own message says the rest, in English."""
    return _OF_ERROR.get(type(error), "problem")
