;;; partwell-eglot.el --- Check farewell letters with Eglot -*- lexical-binding: t -*-

;; Has Eglot start `partwell lsp' for drafts: M-x eglot in a buffer, or `eglot-ensure' from a hook.

;;; Code:

(require 'eglot)

(defvar partwell-program "partwell"
  "The program to start.")

(defvar partwell-settings nil
  "What is set for all drafts, a property list such as (:messageLanguage \"en\").")

(defun partwell-contact (&optional _interactive)
  "The command that starts the server, and what it is told."
  (append (list partwell-program "lsp")
          (when partwell-settings
            (list :initializationOptions partwell-settings))))

(add-to-list 'eglot-server-programs
             '((text-mode markdown-mode html-mode mhtml-mode mail-mode message-mode)
               . partwell-contact))

(provide 'partwell-eglot)
;;; partwell-eglot.el ends here
