package dev.tallyclerk.hardening.apparmor;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.source.Recognition;
import dev.tallyclerk.hardening.source.SourceContext;
import dev.tallyclerk.hardening.source.SourceDocument;
import dev.tallyclerk.hardening.source.SubjectKind;
import java.util.List;
import java.util.Optional;
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
        return isLikely && HEAD.matcher(start).find() ? Recognition.POSSIBLE : Recognition.NONE;
    }

    @Override
    public List<AppArmorSubject> read(SourceDocument document, SourceContext context) throws MalformedSubjectException {
        return AppArmorSubject.parse(document, context.limits(), path -> included(document, path, context));
    }

    private static Optional<String> included(SourceDocument document, String path, SourceContext context) {
        String relative = path.replaceFirst("^/etc/apparmor\\.d/", "");
        if (relative.startsWith("/") || relative.contains("..")) {
            return Optional.empty();
        }
        Optional<SourceDocument> found = context.beside(document, relative);
        if (found.isEmpty()) {
            found = context.beside(document, "../" + relative);
        }
        try {
            return found.isPresent() ? Optional.of(found.get().text(context.limits())) : Optional.empty();
        } catch (MalformedSubjectException e) {
            return Optional.empty();
        }
    }
}
