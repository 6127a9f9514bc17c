package dev.tallyclerk.hardening.container;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.source.Recognition;
import dev.tallyclerk.hardening.source.SourceContext;
import dev.tallyclerk.hardening.source.SourceDocument;
import dev.tallyclerk.hardening.source.SubjectKind;
import java.util.List;
import java.util.Set;

/**
 * Descriptions of containers, and requests for them, as files: what {@link ContainerReader} reads.
 *
 * <p>Immutable.
 */
public final class ContainerKind implements SubjectKind {
    private static final ContainerKind INSTANCE = new ContainerKind();

    private ContainerKind() {}

    /** {@return the kind} */
    public static ContainerKind create() {
        return INSTANCE;
    }

    @Override
    public String name() {
        return ContainerSubject.KIND;
    }

    @Override
    public String title() {
        return "container";
    }

    @Override
    public Recognition recognise(SourceDocument document) {
        Set<String> names = document.memberNames();
        boolean isContainer = names.contains("HostConfig") || (names.contains("State") && names.contains("Config"));
        if (isContainer) {
            return Recognition.CERTAIN;
        }
        // A HostConfig alone, or a request without one.
        boolean mayBe = names.contains("Binds")
                || names.contains("CapAdd")
                || names.contains("NetworkMode")
                || names.contains("Privileged")
                || (names.contains("Image") && (names.contains("Cmd") || names.contains("Env")));
        return mayBe ? Recognition.POSSIBLE : Recognition.NONE;
    }

    @Override
    public List<ContainerSubject> read(SourceDocument document, SourceContext context)
            throws MalformedSubjectException {
        return ContainerReader.create().withLimits(context.limits()).read(document.content());
    }
}
