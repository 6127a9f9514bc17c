package dev.tallyclerk.hardening.container.internal.rules;

import static dev.tallyclerk.hardening.container.internal.rules.ContainerRule.rule;
import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.container.internal.reader.Container;
import dev.tallyclerk.hardening.container.internal.reader.HostPath;
import dev.tallyclerk.hardening.container.model.Device;
import dev.tallyclerk.hardening.container.model.DeviceRequest;
import dev.tallyclerk.internal.subject.Elements;
import dev.tallyclerk.internal.text.Words;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/** Which of the host's hardware a container can use. */
final class DeviceRules {
    private static final Set<String> STRONG = Set.of("/dev/mem", "/dev/kmem", "/dev/port", "/dev/kmsg", "/dev/kvm");
    private static final List<String> BLOCK = Words.list("""
            /dev/sd /dev/hd /dev/vd /dev/xvd /dev/nvme /dev/dm- /dev/mapper/ /dev/md /dev/loop /dev/mmcblk /dev/disk/
            """);

    /** Kernel memory, I/O ports, the kernel log and KVM, by number. */
    private static final Set<String> STRONG_NUMBERS = Set.of("1:1", "1:2", "1:4", "1:11", "10:232");

    private static final Set<String> MEMORY_NUMBERS = Set.of("1:1", "1:2", "1:4");

    /** Null, zero, full, random and terminals, which every container may use anyway. */
    private static final Set<String> COMMON_NUMBERS = Words.set("1:3 1:5 1:7 1:8 1:9 5:0 5:2");

    /** The driver for devices requested by their name in the Container Device Interface. */
    private static final String BY_NAME = "cdi";

    private DeviceRules() {}

    static List<ContainerRule> all() {
        return List.of(devices(), cgroupRule(), accelerators());
    }

    private static ContainerRule devices() {
        return rule(
                info("RUN-026", Severity.MEDIUM, Profile.L1, "5.18", "4.4.3", """
                        Host devices are exposed
                        Devices bypass the isolation of a container: a disk holds the host's files, whatever their
                        permissions, and others give access to memory or the keyboard. A device rule is as dangerous,
                        because with MKNOD the container creates the device file itself.
                        Remedy: Remove --device and --device-cgroup-rule, or keep only the device that is needed:
                        read-only, as in --device /dev/ttyUSB0:/dev/ttyUSB0:r, or by its own CDI name rather than one
                        for all.
                        """)
                        .highest(Severity.CRITICAL),
                container -> Outcome.allOf(
                        Elements.failIf(container.hostConfig().devices(), device -> true, DeviceRules::exposed),
                        overRules(container, DeviceRules::exposed),
                        overNames(container)));
    }

    private static Problem exposed(Device device, Location at) {
        Problem problem = Problem.at(
                at,
                "a host device is in the container",
                Evidence.of("PathOnHost", device.pathOnHost()),
                Evidence.of("CgroupPermissions", device.permissions()));
        String path = HostPath.of(device.pathOnHost()).text();
        if (HostControl.isDevice(HostPath.of(path)) && device.permissions().contains("w")) {
            return problem.withSeverity(Severity.CRITICAL);
        }
        boolean isStrong = STRONG.contains(path)
                || BLOCK.stream().anyMatch(path::startsWith)
                || device.permissions().contains("w");
        return isStrong ? problem.withSeverity(Severity.HIGH) : problem;
    }

    private static Outcome exposed(CgroupRule rule, Location at) {
        boolean isCommon = rule.type().equals("c") && COMMON_NUMBERS.contains(rule.numbers());
        // RUN-027 is about whole classes of devices.
        if (isCommon || rule.isClass()) {
            return Outcome.pass();
        }
        Problem problem = Problem.at(at, "a rule allows a host device", Evidence.of("DeviceCgroupRules", rule.text()));
        if (rule.isControl()) {
            return Outcome.fail(problem.withSeverity(Severity.CRITICAL));
        }
        boolean isStrong = rule.type().equals("b")
                || STRONG_NUMBERS.contains(rule.numbers())
                || rule.permissions().contains("w");
        return Outcome.fail(isStrong ? problem.withSeverity(Severity.HIGH) : problem);
    }

    private static ContainerRule cgroupRule() {
        return rule(
                info("RUN-027", Severity.HIGH, Profile.L1, "5.18", "4.4.3", """
                        A whole class of devices is allowed
                        A device rule with * as a number allows every device of that kind, including those plugged in
                        later. With MKNOD the container creates the device file itself.
                        Remedy: Name one device by major and minor number, as in c 188:0 rw, and omit whichever of r, w
                        and m is not needed.
                        """).highest(Severity.CRITICAL),
                container -> overRules(
                        container, (rule, at) -> rule.isClass() ? Outcome.fail(ofClass(rule, at)) : Outcome.pass()));
    }

    private static Problem ofClass(CgroupRule rule, Location at) {
        Problem problem =
                Problem.at(at, "a rule allows more than one device", Evidence.of("DeviceCgroupRules", rule.text()));
        return rule.isControl() ? problem.withSeverity(Severity.CRITICAL) : problem;
    }

    private static Outcome overRules(Container container, BiFunction<CgroupRule, Location, Outcome> decision) {
        Fact<List<String>> rules = container.hostConfig().deviceCgroupRules();
        return CreateCommand.isNeeded(container, rules)
                ? CreateCommand.each(
                        container, Set.of("--device-cgroup-rule"), given -> decided(given.text(), given.at(), decision))
                : Elements.allOf(rules, Outcome.pass(), (text, at) -> decided(text, at, decision));
    }

    private static Outcome decided(String text, Location at, BiFunction<CgroupRule, Location, Outcome> decision) {
        return CgroupRule.parse(text)
                .map(rule -> decision.apply(rule, at))
                .orElseGet(() -> Outcome.unknown(
                        MissingValue.Reason.UNREADABLE, at + " is not a type, major:minor and permissions"));
    }

    /**
     * A device rule: type, major:minor, and permissions. Linux, cgroup v1 devices.rst.
     *
     * @param text the rule as written
     * @param type {@code a} for all devices, {@code b} or {@code c}
     * @param numbers major:minor without leading zeros, each possibly {@code *}
     * @param permissions a subset of {@code rwm}
     */
    private record CgroupRule(String text, String type, String numbers, String permissions) {
        static Optional<CgroupRule> parse(String text) {
            String[] words = text.strip().split("\\s+", -1);
            boolean isAll = words[0].equals("a");
            if (!isAll && (words.length < 2 || !words[1].contains(":"))) {
                return Optional.empty();
            }
            String numbers = words.length > 1 ? words[1].replaceAll("\\b0+(?=[0-9])", "") : "*:*";
            return Optional.of(new CgroupRule(text, words[0], numbers, words.length > 2 ? words[2] : "rwm"));
        }

        /** {@return whether it allows writing disks, or the memory or ports of the machine} */
        boolean isControl() {
            int colon = numbers.indexOf(':');
            String major = numbers.substring(0, colon);
            String minor = numbers.substring(colon + 1);
            boolean isMemory = (major.equals("1") || major.equals("*"))
                    && (minor.equals("*") || MEMORY_NUMBERS.contains("1:" + minor));
            return permissions.contains("w") && (!type.equals("c") || isMemory);
        }

        boolean isClass() {
            return type.equals("a") || numbers.contains("*");
        }
    }

    private static ContainerRule accelerators() {
        return rule(info("RUN-028", Severity.INFO, Profile.STRICT, "5.18", "4.4.3", """
                        Accelerators are requested
                        GPUs are shared with little isolation, and their large drivers take commands from the container.
                        Remedy: Check that the container needs it, and give it one device instead of all.
                        """), DeviceRules::accelerators);
    }

    private static Outcome accelerators(Container container) {
        Fact<List<DeviceRequest>> requests = container.hostConfig().deviceRequests();
        String message = "devices of a driver are requested";
        return CreateCommand.isNeeded(container, requests)
                ? Outcome.allOf(
                        CreateCommand.each(
                                container,
                                Set.of("--gpus"),
                                given -> Outcome.fail(
                                        Problem.at(given.at(), message, Evidence.of("--gpus", given.text())))),
                        namedInCommand(container, message))
                : Elements.failIf(requests, request -> true, (request, at) -> requested(request, at, message));
    }

    /** A device that is not a path is a name of the Container Device Interface, such as {@code nvidia.com/gpu=all}. */
    private static Outcome namedInCommand(Container container, String message) {
        return CreateCommand.each(
                container,
                Set.of("--device"),
                given -> Outcome.failIf(
                        !given.text().startsWith("/") && given.text().contains("="),
                        given.at(),
                        message,
                        Evidence.of("--device", given.text())));
    }

    private static Problem requested(DeviceRequest request, Location at, String message) {
        return Problem.at(
                at,
                message,
                Evidence.of("Driver", request.driver()),
                Evidence.of("DeviceIDs", String.join(", ", request.ids())));
    }

    /** A CDI name gives the container whatever the host defines for it, mostly device files. */
    private static Outcome overNames(Container container) {
        Fact<List<DeviceRequest>> requests = container.hostConfig().deviceRequests();
        boolean isNeverThere =
                (container.document().isPodman() || container.document().isNerdctl())
                        && requests instanceof Fact.Missing<List<DeviceRequest>> missing
                        && missing.reason() == MissingValue.Reason.KEY_MISSING;
        String message = "a host device is in the container, requested by name";
        if (isNeverThere) {
            boolean isRecorded = !(container.config().createCommand() instanceof Fact.Missing<List<String>>);
            return container.document().isPodman() && isRecorded ? namedInCommand(container, message) : Outcome.pass();
        }
        return Elements.failIf(
                requests,
                request -> request.driver().equals(BY_NAME),
                (request, at) -> requested(request, at, message));
    }
}
