;;; Opens a letter, waits for its diagnostics, asks why, has something mended.  -*- lexical-binding: t -*-

(require 'cl-lib)
(require 'flymake)
(require 'partwell-eglot)

(setq partwell-program (getenv "PARTWELL")
      partwell-settings '(:messageLanguage "en")
      eglot-sync-connect 20
      eglot-confirm-server-initiated-edits nil
      flymake-no-changes-timeout 0.1
      make-backup-files nil
      create-lockfiles nil)

(defun wait-for (what ready)
  (let ((until (+ (float-time) 20)) found)
    (while (and (not (setq found (funcall ready))) (< (float-time) until))
      ;; What a timer does when the user pauses; nobody pauses in batch mode.
      (when (eglot-managed-p) (eglot--signal-textDocument/didChange))
      (accept-process-output nil 0.05)
      (flymake-start))
    (or found (error "Waited in vain for %s" what))))

(defun check (what found expected)
  (unless (equal found expected)
    (error "%s: %S instead of %S" what found expected)))

(defun found (code)
  (cl-find-if (lambda (diagnostic)
                (string-match-p (regexp-quote code) (flymake-diagnostic-text diagnostic)))
              (flymake-diagnostics)))

(defun place-of (text)
  (save-excursion (goto-char (point-min)) (search-forward text) (match-beginning 0)))

(defconst blame "puts the blame")
(defconst thanks "does not thank")

(find-file (getenv "LETTER"))
(text-mode)
(apply #'eglot--connect (eglot--guess-contact))
(wait-for "the blame" (lambda () (found blame)))
;; Emacs counts characters: behind an emoji they are not the columns of the protocol.
(check "begin" (flymake-diagnostic-beg (found blame)) (place-of "Вы опять"))

;; Typing: the fault goes away, and its diagnostic with it.
(let ((from (place-of "Вы опять")) (to (place-of "Мы прекращаем")))
  (delete-region from to)
  (wait-for "the change to be answered" (lambda () (not (found blame))))
  (goto-char from)
  (insert "Вы опять сорвали срок. ")
  (wait-for "the blame again" (lambda () (found blame)))
  (check "begin again" (flymake-diagnostic-beg (found blame)) from))

;; Hover: what Eglot makes of it to show it.
(goto-char (place-of "сорвали"))
(let* ((answer (jsonrpc-request (eglot-current-server) :textDocument/hover (eglot--TextDocumentPositionParams)))
       (hover (eglot--hover-info (plist-get answer :contents) (plist-get answer :range))))
  (check "hover" (and (string-match-p "Blame" (format "%s" hover)) t) t))

;; A code action: what is missing is put in, in the letter's language.
(let ((begin (flymake-diagnostic-beg (wait-for "missing thanks" (lambda () (found thanks)))))
      (before (buffer-string)))
  (cl-letf (((symbol-function 'completing-read)
             (lambda (_prompt titles &rest _)
               (let ((title (cl-find-if (lambda (title) (string-match-p "лагодар" title))
                                        (mapcar (lambda (it) (if (consp it) (car it) it)) titles))))
                 (or title (error "No such action: %S" titles))))))
    (goto-char begin)
    ;; As from the keyboard, not from a menu.
    (let ((last-nonmenu-event ?x))
      (eglot-code-actions begin begin nil t)))
  (wait-for "the code action" (lambda () (not (equal before (buffer-string)))))
  (wait-for "thanks to be found" (lambda () (not (found thanks)))))

(set-buffer-modified-p nil)
(eglot-shutdown (eglot-current-server))
(princ "emacs: diagnostics, changes, hover, code action\n")
;;; emacs.el ends here
