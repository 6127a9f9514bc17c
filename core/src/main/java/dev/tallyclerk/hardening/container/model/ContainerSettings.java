package dev.tallyclerk.hardening.container.model;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.apparmor.AppArmorSubject;
import dev.tallyclerk.hardening.seccomp.SeccompSubject;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How one container is isolated, wherever that is described: what the RUN rules ask.
 *
 * <p>A kind of subject that describes containers implements it, and {@link RunSubject}, to be judged by these rules.
 * Each answer is where the user wrote it. A value that was left out is a {@link Fact.Defaulted} if the format documents
 * its default, and otherwise missing.
 *
 * <p>Implementations are immutable.
 */
public interface ContainerSettings {
    /** A namespace of the host. */
    enum Namespace {
        /** The network namespace. */
        NETWORK,
        /** The namespace of processes. */
        PID,
        /** The namespace of shared memory and message queues. */
        IPC
    }

    /** A restriction by a profile, as for seccomp and AppArmor. */
    enum Confinement {
        /** A profile restricts the processes. */
        CONFINED,
        /** Nothing restricts the processes. */
        UNCONFINED
    }

    /**
     * A variable with its value.
     *
     * @param name the name
     * @param value the value, as written
     * @param at where the value is
     */
    record Variable(String name, String value, Location at) {
        public Variable {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(value, "value");
            Objects.requireNonNull(at, "at");
        }
    }

    /** {@return the name of the container within its subject} */
    String name();

    /** {@return where the container is described} */
    Location at();

    /**
     * {@return why a rule does not apply to this container, if it does not}
     *
     * @param rule the id of a RUN rule
     */
    Optional<String> exemption(String rule);

    /** {@return whether the container has all capabilities and devices} */
    Fact<Boolean> privileged();

    /**
     * {@return whether the container is in a namespace of the host}
     *
     * @param namespace which one
     */
    Fact<Boolean> sharesHost(Namespace namespace);

    /** {@return capabilities added to the default, as written} */
    Fact<List<String>> capabilitiesAdded();

    /** {@return capabilities dropped from the default, as written} */
    Fact<List<String>> capabilitiesDropped();

    /** {@return the files and folders of the host that the container can be given, mounted or not} */
    Fact<List<Mount>> hostFolders();

    /** {@return what is mounted into the container} */
    Fact<List<Mount>> mounts();

    /**
     * {@return whether a path of the host is the socket of a container engine}
     *
     * @param path an absolute path, not normalised
     */
    boolean isEngineSocket(String path);

    /**
     * {@return whether a folder of the host holds the socket of a container engine}
     *
     * @param path an absolute path, not normalised
     */
    boolean holdsEngineSocket(String path);

    /**
     * {@return whether a path of the host is, is in, or contains a folder that no container should see}
     *
     * @param path an absolute path, not normalised
     */
    boolean isSensitive(String path);

    /** {@return whether a seccomp profile restricts the processes} */
    Fact<Confinement> seccomp();

    /** {@return whether an AppArmor profile restricts the processes} */
    Fact<Confinement> appArmor();

    /**
     * {@return the seccomp profile of its own that the container names; missing, as an absent key, if it names none}
     */
    default Fact<SeccompSubject> seccompProfile() {
        return Fact.missing(MissingValue.Reason.KEY_MISSING, "the container names no profile");
    }

    /**
     * {@return the AppArmor profile of its own that the container names; missing, as an absent key, if it names none}
     */
    default Fact<AppArmorSubject> appArmorProfile() {
        return Fact.missing(MissingValue.Reason.KEY_MISSING, "the container names no profile");
    }

    /** {@return whether processes may gain privileges, for example by set-user-ID programs} */
    Fact<Boolean> mayGainPrivileges();

    /** {@return whether paths below {@code /proc} that engines mask are visible} */
    Fact<Boolean> unmasksProc();

    /** {@return whether the root file system is read-only} */
    Fact<Boolean> readOnlyRoot();

    /** {@return whether the processes run as user 0} */
    Fact<Boolean> runsAsRoot();

    /** {@return whether user 0 of the container is another user on the host} */
    Fact<Boolean> remapsUsers();

    /** {@return whether memory is limited} */
    Fact<Boolean> limitsMemory();

    /** {@return whether CPU time has a limit or a weight} */
    Fact<Boolean> limitsCpu();

    /** {@return ports of the host that lead to the container} */
    Fact<List<PublishedPort>> hostPorts();

    /** {@return the numbers of the ports that the container names, published or not} */
    Fact<List<String>> containerPorts();

    /** {@return the words of the command; missing if the image decides} */
    Fact<List<String>> command();

    /** {@return the words after the command} */
    Fact<List<String>> arguments();

    /** {@return variables whose value is written in the document} */
    Fact<List<Variable>> environment();

    /** {@return the image reference} */
    Fact<String> image();

    /** {@return whether failures of the application are noticed} */
    Fact<Boolean> hasHealthCheck();

    /** {@return requests for devices of drivers, such as GPUs, by name} */
    Fact<List<Variable>> deviceRequests();
}
