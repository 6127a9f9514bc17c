package dev.tallyclerk.hardening.host;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.Severity;
import java.util.List;

/** Whether the audit system of the kernel records changes of the engine's files. */
final class WatchRules {
    private record Row(String id, String section, Profile profile, Place place, String file) {}

    private static final List<Row> ROWS = List.of(
            new Row("HST-025", "1.1.3", Profile.L1, Place.ENGINE, "the engine's program"),
            new Row("HST-026", "1.1.4", Profile.L2, Place.CONTAINERD_FOLDER, "/run/containerd"),
            new Row("HST-027", "1.1.5", Profile.L2, Place.DATA, "the engine's data"),
            new Row("HST-028", "1.1.6", Profile.L2, Place.CONFIGURATION_FOLDER, "the engine's configuration folder"),
            new Row("HST-029", "1.1.7", Profile.L2, Place.SERVICE, "the engine's service unit"),
            new Row("HST-030", "1.1.8", Profile.L2, Place.CONTAINERD_SOCKET, "containerd.sock"),
            new Row("HST-031", "1.1.9", Profile.L2, Place.SOCKET_UNIT, "the engine's socket unit"),
            new Row("HST-032", "1.1.10", Profile.L2, Place.DEFAULT_FILE, "the engine's file in /etc/default"),
            new Row("HST-033", "1.1.11", Profile.L2, Place.CONFIGURATION, "the engine's configuration"),
            new Row("HST-034", "1.1.12", Profile.L2, Place.CONTAINERD_CONFIGURATION, "/etc/containerd/config.toml"),
            new Row("HST-035", "1.1.13", Profile.L2, Place.SYSCONFIG_FILE, "the engine's file in /etc/sysconfig"),
            new Row("HST-036", "1.1.14", Profile.L2, Place.CONTAINERD, "containerd"),
            new Row("HST-037", "1.1.15", Profile.L2, Place.SHIM, "containerd-shim"),
            new Row("HST-038", "1.1.16", Profile.L2, Place.SHIM_RUNC_V1, "containerd-shim-runc-v1"),
            new Row("HST-039", "1.1.17", Profile.L2, Place.SHIM_RUNC_V2, "containerd-shim-runc-v2"),
            new Row("HST-040", "1.1.18", Profile.L2, Place.RUNTIME, "the runtime"));

    private WatchRules() {}

    static List<Rule<HostSubject>> all() {
        return ROWS.stream().map(WatchRules::rule).toList();
    }

    private static Rule<HostSubject> rule(Row row) {
        RuleInfo info = info(row.id(), Severity.LOW, row.profile(), row.section(), "4.5.5", """
                No audit rule for %s
                Without a record of changes and uses, a break-in that replaced the engine or its settings cannot be
                traced later. A rule for a folder above counts; one that is about single users or programs does not.
                Remedy: Write -w FILE -k docker into a file in /etc/audit/rules.d, and run augenrules --load.
                """.formatted(row.file()))
                .build();
        return Rule.of(
                info,
                HostSubject.class,
                (host, context) -> host.placed(row.place()).each(file -> watch(host, file)));
    }

    private static Outcome watch(HostSubject host, HostFile file) {
        if (host.auditRules().stream().anyMatch(AuditRules::isDisabled)) {
            return Outcome.fail(Problem.at(file.at(), "audit rules switch recording off: -e 0 or -a never,task"));
        }
        if (host.auditRules().stream().anyMatch(rules -> rules.covers(file.target()))) {
            return Outcome.pass();
        }
        return host.missingAuditRules().isEmpty()
                ? Outcome.fail(Problem.at(file.at(), "no audit rule covers the file"))
                : new Outcome.Unknown(host.missingAuditRules());
    }
}
