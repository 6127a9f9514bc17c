package dev.tallyclerk.hardening.container.internal.rules;

import static dev.tallyclerk.hardening.container.internal.rules.ContainerRule.rule;
import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.container.internal.reader.HostPath;
import dev.tallyclerk.hardening.container.model.ContainerFileChange;
import dev.tallyclerk.internal.subject.Facts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What a container can change in its own file system. */
final class FileSystemRules {
    private static final Set<String> ACCOUNTS =
            Set.of("/etc/passwd", "/etc/shadow", "/etc/sudoers", "/etc/ld.so.preload");

    /** Programs, libraries, rights and schedules. */
    private static final List<HostPath> FOLDERS =
            HostPath.list("/bin /sbin /usr /lib /lib32 /lib64 /etc/sudoers.d /var/spool/cron");

    /** Listing more would not help a reader. */
    private static final int MAX_SHOWN = 20;

    private FileSystemRules() {}

    static List<ContainerRule> all() {
        return List.of(writableRoot(), tmpfs(), changed());
    }

    private static ContainerRule writableRoot() {
        return rule(
                info("RUN-021", Severity.MEDIUM, Profile.L1, "5.13", "4.4.4", """
                        Root file system is writable
                        An attacker who takes over a process can add tools and scripts to a writable file system and
                        change its programs, and they stay as long as the container does.
                        Remedy: Start it with --read-only, and with --tmpfs or a volume for each path that the
                        application writes to.
                        """),
                container -> Facts.failIf(
                        container.hostConfig().readonlyRootfs(),
                        value -> !value,
                        "the root file system is writable",
                        "ReadonlyRootfs"));
    }

    private static ContainerRule tmpfs() {
        return rule(
                info("RUN-022", Severity.LOW, Profile.STRICT, "", "4.4.4", """
                        tmpfs allows programs or devices
                        Scratch space is where an attacker can still write when everything else is read-only. With exec,
                        suid or dev, programs and device files can also be used from there.
                        Remedy: Omit exec, suid and dev: --tmpfs /tmp:rw,noexec,nosuid,nodev,size=64m.
                        """),
                container -> Outcome.allOf(
                        Tmpfs.ofOptions(
                                container.hostConfig(), container.document().isPodman()),
                        Tmpfs.ofMounts(container.document())));
    }

    private static ContainerRule changed() {
        return rule(
                info("RUN-055", Severity.MEDIUM, Profile.STRICT, "", "4.4.4", """
                        Programs or accounts were changed after start
                        Programs, libraries and accounts come from the image. Any difference was made later: by hand, by
                        a package manager, or by an attacker.
                        Remedy: Find out what was changed and by whom. Build a new image instead of changing a
                        container, and start it with --read-only.
                        """),
                container -> Facts.isKnown(container.hostConfig().readonlyRootfs(), value -> value)
                        ? Outcome.notApplicable("the root file system is read-only")
                        : container.changes().decideAt(FileSystemRules::changed));
    }

    private static Outcome changed(List<ContainerFileChange> changes, Location at) {
        // In a stable order, so that a baseline recognises the list of another run.
        List<ContainerFileChange> sensitive = changes.stream()
                .filter(change -> change.kind() != ContainerFileChange.Kind.DELETED && isSensitive(change.path()))
                .sorted(Comparator.comparing(ContainerFileChange::path))
                .toList();
        List<Problem> problems = new ArrayList<>();
        for (ContainerFileChange change : sensitive.subList(0, Math.min(MAX_SHOWN, sensitive.size()))) {
            problems.add(Problem.at(
                    at,
                    change.kind() == ContainerFileChange.Kind.ADDED ? "a file was added" : "a file was changed",
                    Evidence.of("path", change.path())));
        }
        int more = sensitive.size() - problems.size();
        if (more > 0) {
            // Without the hash, a baseline would hide files that join the rest.
            String rest = sensitive.stream()
                    .skip(MAX_SHOWN)
                    .map(ContainerFileChange::path)
                    .collect(Collectors.joining("\0"));
            problems.add(Problem.at(
                    at,
                    more + " more files were added or changed",
                    Evidence.of(
                            "paths",
                            Digest.sha256Of(rest.getBytes(StandardCharsets.UTF_8))
                                    .toString())));
        }
        return Outcome.ofProblems(problems);
    }

    private static boolean isSensitive(String path) {
        HostPath file = HostPath.of(path);
        return ACCOUNTS.contains(file.text())
                || file.text().startsWith("/etc/cron")
                || FOLDERS.stream().anyMatch(file::isWithin);
    }
}
