package dev.tallyclerk.hardening.apparmor;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.source.Recognition;
import dev.tallyclerk.hardening.source.SourceContext;
import dev.tallyclerk.hardening.source.SourceDocument;
import dev.tallyclerk.hardening.source.SubjectKind;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * AppArmor profiles as files. Included files are looked for beside the profile and in the folder above.
 *
 * <p>Immutable.
 */
public final class AppArmorKind implements SubjectKind {
    private static final AppArmorKind INSTANCE = new AppArmorKind();

    /** The head of a profile, which begins with its keyword or with the path of the program. */
    private static final Pattern HEAD =
            Pattern.compile("(?m)^(?:profile\\s+\\S[^\\n]*|\"?(?:/[^/*\\s]|@\\{)[^\\n:;]*)\\{[ \\t]*(?:#.*)?\\r?$");

    private static final Pattern NO_PROFILE =
            Pattern.compile("(?:~|\\.dpkg-(?:new|old|dist|bak|remove)|\\.rpm(?:new|save)|\\.orig|\\.rej)$");

    private AppArmorKind() {}

    /** {@return the kind} */
    public static AppArmorKind create() {
        return INSTANCE;
    }

    @Override
    public String name() {
        return AppArmorSubject.KIND;
    }

    @Override
    public String title() {
        return "AppArmor profile";
    }

    @Override
    public Recognition recognise(SourceDocument document) {
        String start = document.start();
        boolean isLikely = start.contains("{") && start.contains(",");
        return isLikely && hasHead(start) ? Recognition.POSSIBLE : Recognition.NONE;
    }

    private static boolean hasHead(String text) {
        Matcher head = HEAD.matcher(text);
        for (int line = 0; line < text.length(); line = nextLine(text, line)) {
            // Most lines of other files are told apart by their first character.
            boolean mayBe = "p/\"@".indexOf(text.charAt(line)) >= 0;
            if (mayBe && head.region(line, text.length()).lookingAt()) {
                return true;
            }
        }
        return false;
    }

    private static int nextLine(String text, int from) {
        int end = text.indexOf('\n', from);
        return end < 0 ? text.length() : end + 1;
    }

    @Override
    public List<AppArmorSubject> read(SourceDocument document, SourceContext context) throws MalformedSubjectException {
        return AppArmorSubject.parse(document, context.limits(), path -> included(document, path, context));
    }

    /** {@return the text of an included file, or of all files of a folder; empty text if there is neither} */
    private static Optional<String> included(SourceDocument document, String path, SourceContext context) {
        String relative = path.replaceFirst("^/etc/apparmor\\.d/", "");
        if (relative.startsWith("/") || relative.contains("..")) {
            return Optional.empty();
        }
        boolean isAbsent = true;
        for (String name : List.of(relative, "../" + relative)) {
            Optional<String> text = text(document, name, context);
            if (text.isPresent()) {
                return text;
            }
            Optional<List<String>> names = context.namesBeside(document, name);
            if (names.isPresent() && !names.get().isEmpty()) {
                return folder(document, name, names.get(), context);
            }
            isAbsent &= names.isPresent() && isAbsent(document, name, context);
        }
        // Where a file must exist, AppArmor does not load a profile without it.
        return isAbsent ? Optional.of("") : Optional.empty();
    }

    private static boolean isAbsent(SourceDocument document, String name, SourceContext context) {
        int slash = name.lastIndexOf('/');
        return context.namesBeside(document, slash < 0 ? "." : name.substring(0, slash))
                .filter(names -> !names.contains(name.substring(slash + 1)))
                .isPresent();
    }

    private static Optional<String> folder(
            SourceDocument document, String folder, List<String> names, SourceContext context) {
        StringBuilder all = new StringBuilder();
        for (String name : names.stream().sorted().toList()) {
            // Like the parser, which leaves out hidden files and those of editors and package managers.
            if (name.startsWith(".") || NO_PROFILE.matcher(name).find()) {
                continue;
            }
            Optional<String> text = text(document, folder + "/" + name, context);
            if (text.isEmpty() || all.length() > context.limits().maxDocumentBytes()) {
                return Optional.empty();
            }
            all.append(text.get()).append('\n');
        }
        return Optional.of(all.toString());
    }

    private static Optional<String> text(SourceDocument document, String name, SourceContext context) {
        try {
            Optional<SourceDocument> found = context.beside(document, name);
            return found.isPresent() ? Optional.of(found.get().text(context.limits())) : Optional.empty();
        } catch (MalformedSubjectException e) {
            return Optional.empty();
        }
    }
}
