package dev.tallyclerk.hardening.seccomp;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.MissingValue;
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
     * @param name the name for people, for example its path
     * @param document the bytes of the profile
     * @return the profile
     * @throws MalformedSubjectException if it is not a JSON object, a member is duplicate or differs from one of the
     *     format's only in case, or it exceeds a limit
     * @throws IllegalArgumentException if {@code name} is blank
     */
    public static SeccompSubject parse(String name, byte[] document) throws MalformedSubjectException {
        return parse(name, document, SubjectLimits.defaults());
    }

    /**
     * Reads a profile.
     *
     * @param name the name for people, for example its path
     * @param document the bytes of the profile
     * @param limits the limits
     * @return the profile
     * @throws MalformedSubjectException if it is not a JSON object, a member is duplicate or differs from one of the
     *     format's only in case, or it exceeds a limit
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
            // Runtimes ignore case, and would use the last of two.
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

    /** {@return the action for calls that no element names, for example {@code SCMP_ACT_ERRNO}} */
    public Fact<String> defaultAction() {
        return facts.value(ProfileReader::action, "defaultAction");
    }

    /**
     * {@return the architectures of the profile, each with the others that its machines run; possibly none}
     *
     * <p>The OCI format does not group them, so there each is related to all of them.
     */
    public Fact<Map<String, List<String>>> architectures() {
        return facts.value(ProfileReader::architectures);
    }

    /** {@return the elements of {@code syscalls}, in order} */
    public Fact<List<SyscallRule>> syscalls() {
        return syscalls.fold(
                Fact::known,
                assumed -> assumed,
                missing -> missing.reason() == MissingValue.Reason.KEY_MISSING
                        ? Fact.defaulted(
                                List.of(),
                                "OCI runtime-spec: syscalls is optional",
                                Location.pointer(SOURCE, "syscalls"))
                        : missing);
    }
}
