package dev.tallyclerk.registry.model;

import dev.tallyclerk.internal.json.MemberMap;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The default parameters of containers. An empty text or list means that the image sets none.
 *
 * @param user user or uid, with group or gid after a colon
 * @param exposedPorts for example {@code 8080/tcp}
 * @param env variables, as {@code NAME=value} if the image keeps to the specification; some engines take a name alone
 *     as a request for a variable of their own
 * @param entrypoint the first words of the command line
 * @param command the words after the entry point
 * @param volumes paths outside of the container's own file system
 * @param workingDir the path in which the command starts
 * @param labels further properties, in document order
 * @param stopSignal the signal that ends the container, for example {@code SIGTERM}
 * @param healthcheck the health check (Docker only)
 * @param onBuild instructions for builds on top of the image (Docker only)
 * @param shell the shell of the build's instructions (Docker only)
 * @param argsEscaped whether the command line is already escaped (Windows only)
 * @param unknownMembers the members that are in no specification, in document order, each with its compact JSON text
 */
public record ExecutionParameters(
        String user,
        List<String> exposedPorts,
        List<String> env,
        List<String> entrypoint,
        List<String> command,
        List<String> volumes,
        String workingDir,
        Map<String, String> labels,
        String stopSignal,
        Healthcheck healthcheck,
        List<String> onBuild,
        List<String> shell,
        boolean argsEscaped,
        Map<String, String> unknownMembers) {
    public ExecutionParameters {
        Objects.requireNonNull(user, "user");
        exposedPorts = List.copyOf(exposedPorts);
        env = List.copyOf(env);
        entrypoint = List.copyOf(entrypoint);
        command = List.copyOf(command);
        volumes = List.copyOf(volumes);
        Objects.requireNonNull(workingDir, "workingDir");
        labels = MemberMap.copyOf(labels);
        Objects.requireNonNull(stopSignal, "stopSignal");
        Objects.requireNonNull(healthcheck, "healthcheck");
        onBuild = List.copyOf(onBuild);
        shell = List.copyOf(shell);
        unknownMembers = MemberMap.copyOf(unknownMembers);
    }

    /**
     * The health check of a container. Zero durations and zero retries mean the engine's default.
     *
     * <p>Negative numbers are kept, because no specification forbids them. Docker refuses them in user input, but not
     * in an image: there it takes the default retries and no interval, and lets every test time out at once.
     *
     * @param test the kind of test ({@code NONE}, {@code CMD} or {@code CMD-SHELL}) and its words; empty if the image
     *     has no check
     * @param interval the time between two tests
     * @param timeout the time after which a test has failed
     * @param startPeriod the time during which failures do not count
     * @param startInterval the time between two tests during the start period
     * @param retries the number of failures after which the container is unhealthy
     * @param unknownMembers the members that are in no specification, in document order, each with its compact JSON
     *     text
     */
    public record Healthcheck(
            List<String> test,
            Duration interval,
            Duration timeout,
            Duration startPeriod,
            Duration startInterval,
            int retries,
            Map<String, String> unknownMembers) {
        static final Healthcheck NONE =
                new Healthcheck(List.of(), Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, 0, Map.of());

        public Healthcheck {
            test = List.copyOf(test);
            Objects.requireNonNull(interval, "interval");
            Objects.requireNonNull(timeout, "timeout");
            Objects.requireNonNull(startPeriod, "startPeriod");
            Objects.requireNonNull(startInterval, "startInterval");
            unknownMembers = MemberMap.copyOf(unknownMembers);
        }

        /** {@return whether the image sets a check, or disables one} */
        public boolean isSet() {
            return !test.isEmpty();
        }

        /** {@return whether the image disables the check of its base image} */
        public boolean isDisabled() {
            return isSet() && test.get(0).equals("NONE");
        }
    }
}
