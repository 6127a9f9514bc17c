package dev.tallyclerk.hardening.seccomp;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.subject.JsonFacts;
import dev.tallyclerk.internal.subject.SubjectJson;
import java.util.List;
import java.util.Map;

/**
 * A seccomp profile: which system calls a container may make.
 *
 * <p>Immutable.
 *
 * @see <a href="https://docs.docker.com/engine/security/seccomp/">Seccomp security profiles for Docker</a>
 * @see <a href="https://github.com/opencontainers/runtime-spec/blob/v1.2.0/config-linux.md#seccomp">OCI runtime
 *     specification, seccomp</a>
 */
public final class SeccompSubject implements Subject {
    /** The kind of a {@link SubjectRef} to a seccomp profile. */
    public static final String KIND = "seccomp";

    private static final String SOURCE = "seccomp";

    private final SubjectRef ref;
    private final JsonFacts facts;
    private final Fact<List<SyscallRule>> syscalls;

    private SeccompSubject(SubjectRef ref, JsonFacts facts) {
        this.ref = ref;
        this.facts = facts;
        this.syscalls = facts.valueOrNull(List.of(), ProfileReader::syscalls, "syscalls");
    }

    /**
     * Reads a profile, with the limits of {@link SubjectLimits#defaults}.
     *
     * @param name what people call the profile, for example its path
     * @param document the bytes of the profile
     * @return the profile
     * @throws MalformedSubjectException if it is not a JSON object, a member stands twice or differs from one of the
     *     format's in case only, or it passes a limit
     * @throws IllegalArgumentException if {@code name} is blank
     */
    public static SeccompSubject parse(String name, byte[] document) throws MalformedSubjectException {
        return parse(name, document, SubjectLimits.defaults());
    }

    /**
     * Reads a profile.
     *
     * @param name what people call the profile, for example its path
     * @param document the bytes of the profile
     * @param limits what reading it may cost
     * @return the profile
     * @throws MalformedSubjectException if it is not a JSON object, a member stands twice or differs from one of the
     *     format's in case only, or it passes a limit
     * @throws IllegalArgumentException if {@code name} is blank
     */
    public static SeccompSubject parse(String name, byte[] document, SubjectLimits limits)
            throws MalformedSubjectException {
        SubjectRef ref = SubjectRef.of(KIND, name).withDigest(Digest.sha256Of(document));
        JsonCursor root = SubjectJson.parse(SOURCE, document, limits);
        try {
            if (!(root.value() instanceof JsonObject)) {
                throw root.wrongType("an object");
            }
            // Runtimes read names in any case, and would take the last of two.
            root.refuseCaseVariants(ProfileReader.MEMBERS);
        } catch (JsonException e) {
            throw SubjectJson.malformed(SOURCE, e);
        }
        return new SeccompSubject(ref, JsonFacts.of(SOURCE, root));
    }

    @Override
    public SubjectRef ref() {
        return ref;
    }

    /** {@return what happens to calls that no element names, for example {@code SCMP_ACT_ERRNO}} */
    public Fact<String> defaultAction() {
        return facts.value(ProfileReader::action, "defaultAction");
    }

    /**
     * {@return the architectures that the profile lists, each with those that its machines also run; possibly none}
     *
     * <p>The OCI's form does not say which belong together, so there each has all of them.
     */
    public Fact<Map<String, List<String>>> architectures() {
        return facts.value(ProfileReader::architectures);
    }

    /** {@return the elements of {@code syscalls}, in their order} */
    public Fact<List<SyscallRule>> syscalls() {
        return syscalls.fold(
                Fact::known,
                assumed -> assumed,
                missing -> missing.reason() == Fact.Reason.KEY_MISSING
                        ? Fact.defaulted(
                                List.of(),
                                "OCI runtime-spec: syscalls is optional",
                                Location.pointer(SOURCE, "syscalls"))
                        : missing);
    }
}
