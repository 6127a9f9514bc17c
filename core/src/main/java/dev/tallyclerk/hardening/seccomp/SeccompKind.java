package dev.tallyclerk.hardening.seccomp;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.source.Recognition;
import dev.tallyclerk.hardening.source.SourceContext;
import dev.tallyclerk.hardening.source.SourceDocument;
import dev.tallyclerk.hardening.source.SubjectKind;
import java.util.List;

/**
 * Seccomp profiles as files.
 *
 * <p>Immutable.
 */
public final class SeccompKind implements SubjectKind {
    private static final SeccompKind INSTANCE = new SeccompKind();

    private SeccompKind() {}

    /** {@return the kind} */
    public static SeccompKind create() {
        return INSTANCE;
    }

    @Override
    public String name() {
        return SeccompSubject.KIND;
    }

    @Override
    public String title() {
        return "seccomp profile";
    }

    @Override
    public Recognition recognise(SourceDocument document) {
        return document.memberNames().contains("defaultAction") ? Recognition.CERTAIN : Recognition.NONE;
    }

    @Override
    public List<SeccompSubject> read(SourceDocument document, SourceContext context) throws MalformedSubjectException {
        return List.of(SeccompSubject.parse(document.name(), document.content(), context.limits()));
    }
}
