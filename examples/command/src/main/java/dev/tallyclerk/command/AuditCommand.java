package dev.tallyclerk.command;

import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.report.Reporter;
import dev.tallyclerk.hardening.report.TextReporter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tallyclerk audit}: from what an engine says to a verdict. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Audits containers, the engine that runs them, and seccomp profiles.",
            "It reads what an engine reports and asks no engine itself: docker inspect NAME | tallyclerk audit --container -"
        },
        footer = {
            "",
            "Exit status: 0 accepted; 1 rejected; 2 incomplete, it could not be decided; 3 wrong use, or something could"
                    + " not be read."
        })
final class AuditCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Clock clock;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--container",
            paramLabel = "FILE",
            arity = "1..*",
            description = {
                "What docker inspect or podman inspect wrote, or a HostConfig or request of the Engine API; - for standard"
                        + " input."
            })
    private List<String> containers = List.of();

    @Option(
            names = "--image",
            paramLabel = "FILE",
            arity = "1..*",
            description = {
                "What docker image inspect or podman image inspect wrote: a request leaves its user, health check, variables and"
                        + " command to the image that it names. - for standard input."
            })
    private List<String> images = List.of();

    @Option(
            names = "--engine",
            paramLabel = "DIR",
            description = {
                "What is known of an engine, which is audited too: daemon.json, dockerd-cmdline.txt (its command line), info.json and"
                        + " version.json (docker info and docker version as JSON), each if it is there.",
                "Also environment.txt (what env prints where the client is used, or systemctl show docker --property Environment)"
                        + " and getenforce.txt (what getenforce or sestatus prints).",
                "Also images/*.json (docker image inspect), api/images.json and api/containers.json (the Engine API's lists), and by container api/exec-ps.json (an object with"
                        + " exit and stdout of ps for each name), diff/NAME.txt (docker diff), exec/NAME.json (the Engine"
                        + " API's exec records).",
                "Without --container, the containers are those in DIR/containers."
            })
    private @Nullable Path engine;

    @Option(
            names = "--seccomp",
            paramLabel = "FILE",
            arity = "1..*",
            description = {
                "A seccomp profile in Docker's form or the OCI's; - for standard input. A container that names one by the"
                        + " same path is judged by it."
            })
    private List<String> profiles = List.of();

    @Option(
            names = "--host",
            paramLabel = "NAME",
            description =
                    "The name of the engine, by default that of DIR. If it is given, it is put before the names of containers: NAME/CONTAINER.")
    private @Nullable String host;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private PolicyOptions policy;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description =
                    "text, json, jsonl (one JSON object in a line for each finding), sarif, sarif-all (with what passes,"
                            + " is waived or in the baseline, which code hosts take for alerts), junit, markdown or html;"
                            + " default text.")
    private ReportFormat format = ReportFormat.TEXT;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ReportFiles reports;

    @Option(
            names = "--color",
            paramLabel = "WHEN",
            defaultValue = "auto",
            description = "auto, always or never; default auto.")
    private Terminal.ColourMode colour = Terminal.ColourMode.AUTO;

    AuditCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        if (containers.isEmpty() && profiles.isEmpty() && engine == null) {
            throw Usage.error(spec, "say what to audit: --container, --engine or --seccomp");
        }
        refuseToReadTwice();
        AuditReport report;
        try {
            report = audited(new AuditSubjects(terminal.in(), host, engine).subjects(containers, profiles, images));
        } catch (IllegalArgumentException e) {
            throw Usage.error(spec, Messages.of(e));
        }
        write(report);
        return switch (report.decision().kind()) {
            case ACCEPTED -> ExitCode.ACCEPTED;
            case REJECTED -> ExitCode.REJECTED;
            case INCOMPLETE -> ExitCode.INCOMPLETE;
        };
    }

    private void refuseToReadTwice() {
        long given = Stream.of(containers.stream().distinct(), images.stream(), profiles.stream())
                .flatMap(files -> files)
                .filter(AuditSubjects.STANDARD_INPUT::equals)
                .count();
        if (given > 1) {
            throw Usage.error(spec, "standard input can be read once only: give - once, and files for the rest");
        }
    }

    private AuditReport audited(List<? extends Subject> subjects) throws IOException {
        Auditor auditor = Auditor.of(policy.policy(), KnownRules.ruleSets());
        return policy.withBaseline(auditor).withClock(clock).audit(new ArrayList<>(subjects));
    }

    private void write(AuditReport report) throws IOException {
        reports.write(report);
        reporter().write(report, terminal.out());
        terminal.out().flush();
    }

    private Reporter reporter() {
        if (format != ReportFormat.TEXT) {
            return format.reporter();
        }
        TextReporter text = TextReporter.create().withCharset(terminal.charset());
        return text.withColour(terminal.colour(colour));
    }
}
