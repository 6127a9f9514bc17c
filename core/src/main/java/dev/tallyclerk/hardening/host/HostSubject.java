package dev.tallyclerk.hardening.host;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.hardening.engine.EngineSubject;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The host of a container engine: Docker, Podman or containerd.
 *
 * <p>Everything is read while the subject is built, and only through the {@link HostFiles} that is given: at most 1 MiB
 * of a file, 8 MiB in all. What may not be read is unknown to the rules, and not absent: without root that is much of
 * it. Immutable.
 */
public final class HostSubject implements Subject {
    /** The kind of a {@link SubjectRef} to a host. */
    public static final String KIND = "host";

    private final SubjectRef ref;
    private final HostReader.Reading reading;

    private HostSubject(SubjectRef ref, HostReader.Reading reading) {
        this.ref = ref;
        this.reading = reading;
    }

    /**
     * Starts a host.
     *
     * @param name the name for people
     * @param files the files of the host
     * @return a builder without other required parts
     * @throws IllegalArgumentException if {@code name} is blank
     */
    public static Builder builder(String name, HostFiles files) {
        return new Builder(SubjectRef.of(KIND, name), Objects.requireNonNull(files, "files"));
    }

    @Override
    public SubjectRef ref() {
        return ref;
    }

    /**
     * {@return the engine Docker as its files and its command line on this host configure it; empty if the host does
     * not have it, or nothing about it can be read}
     *
     * <p>The command line is that of the running process if {@code /proc} shows it, and otherwise the unit's.
     */
    public Optional<EngineSubject> engine() {
        return reading.engine().isEngine() ? reading.engine().subject() : Optional.empty();
    }

    /**
     * {@return parameters of the kernel that tell how far it is hardened, by their names as for {@code sysctl}; ordered
     * and unmodifiable}
     */
    public Map<String, Fact<String>> kernelParameters() {
        return reading.kernelParameters();
    }

    /** {@return the version of cgroups: 1, or 2 for the unified hierarchy} */
    public Fact<Integer> cgroupVersion() {
        return reading.cgroupVersion();
    }

    Placed placed(Place place) {
        return Objects.requireNonNull(reading.places().get(place));
    }

    /** {@return the sets of audit rules, any of which may have a rule} */
    List<AuditRules> auditRules() {
        return reading.auditRules();
    }

    /** {@return why there may be other audit rules; none if all are known} */
    List<MissingValue> missingAuditRules() {
        return reading.missingAuditRules();
    }

    Accounts accounts() {
        return reading.accounts();
    }

    Fact<MountTable> mounts() {
        return reading.mounts();
    }

    Fact<String> engineGroup() {
        return reading.engine().group();
    }

    /**
     * Builds a {@link HostSubject}. Not thread-safe.
     *
     * <p>Call {@link #read} last.
     */
    public static final class Builder {
        private final SubjectRef ref;
        private final HostFiles files;
        private SubjectLimits limits = SubjectLimits.defaults();
        private @Nullable String auditRules;
        private @Nullable String commandLine;

        private Builder(SubjectRef ref, HostFiles files) {
            this.ref = ref;
            this.files = files;
        }

        /**
         * Sets the audit rules that the kernel has loaded; otherwise those in {@code /etc/audit} count.
         *
         * @param auditRules the output of {@code auditctl -l}
         * @return this builder
         */
        public Builder auditRules(String auditRules) {
            this.auditRules = Objects.requireNonNull(auditRules, "auditRules");
            return this;
        }

        /**
         * Sets the command line of dockerd; otherwise that of the process in {@code /proc} counts, or of the unit.
         *
         * @param commandLine the command line with the program's name
         * @return this builder
         */
        public Builder commandLine(String commandLine) {
            this.commandLine = Objects.requireNonNull(commandLine, "commandLine");
            return this;
        }

        /**
         * Sets the limits on {@code daemon.json} and the command line.
         *
         * @param limits the limits; {@link SubjectLimits#defaults} otherwise
         * @return this builder
         */
        public Builder limits(SubjectLimits limits) {
            this.limits = Objects.requireNonNull(limits, "limits");
            return this;
        }

        /** {@return the host, after reading its files} */
        public HostSubject read() {
            HostReader reader = new HostReader(new HostTree(files), ref.name(), limits);
            return new HostSubject(ref, reader.read(auditRules, commandLine));
        }
    }
}
