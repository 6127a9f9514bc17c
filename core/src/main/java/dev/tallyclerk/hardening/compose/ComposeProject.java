package dev.tallyclerk.hardening.compose;

import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.hardening.compose.Item.Members;
import java.util.List;

/**
 * A Compose project: what its files say together, besides its services.
 *
 * <p>{@link ComposeKind} reads one, with its {@link ComposeService}s. Immutable.
 */
public final class ComposeProject implements Subject {
    /** The kind of the subject's reference. */
    public static final String KIND = "compose-project";

    private final SubjectRef ref;
    private final Members model;
    private final Findings findings;

    /**
     * What was found while the files were read.
     *
     * @param files the files, in the order in which they were merged
     * @param odd keys that are unknown or obsolete
     * @param remotes files that are elsewhere, with the place that names them
     * @param unread files of this computer that were not read, with the place that names them
     * @param ignored keys of services that {@code docker stack deploy} ignores, if the project is for it
     */
    record Findings(
            List<String> files,
            List<KnownKeys.Oddity> odd,
            List<Elsewhere> remotes,
            List<Elsewhere> unread,
            List<String> ignored) {
        Findings {
            files = List.copyOf(files);
            odd = List.copyOf(odd);
            remotes = List.copyOf(remotes);
            unread = List.copyOf(unread);
            ignored = List.copyOf(ignored);
        }
    }

    ComposeProject(String name, Members model, Findings findings) {
        this.ref = SubjectRef.of(KIND, name);
        this.model = model;
        this.findings = findings;
    }

    ComposeProject withName(String name) {
        return new ComposeProject(name, model, findings);
    }

    /** {@return the name of the project, or if it is not known, of its folder or first file} */
    @Override
    public SubjectRef ref() {
        return ref;
    }

    /** {@return the names of the files that it consists of, those of {@code extends} and {@code include} too} */
    public List<String> files() {
        return findings.files();
    }

    Members model() {
        return model;
    }

    Findings findings() {
        return findings;
    }

    /** {@return kind and name} */
    @Override
    public String toString() {
        return ref.toString();
    }
}
