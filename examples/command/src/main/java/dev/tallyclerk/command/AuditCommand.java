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

/** {@code tallyclerk audit}: audits containers, engines and seccomp profiles. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Audits containers, the engine that runs them, and seccomp profiles.",
            "Reads files and contacts no engine: docker inspect NAME | tallyclerk audit --container -"
        },
        footer = {
            "",
            "Exit status: 0 accepted; 1 rejected; 2 incomplete: it could not be decided; 3 usage"
                    + " error or unreadable input."
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
            description = "Output of docker inspect or podman inspect, or a HostConfig or request of the Engine"
                    + " API; - for standard input.")
    private List<String> containers = List.of();

    @Option(
            names = "--image",
            paramLabel = "FILE",
            arity = "1..*",
            description = "Output of docker image inspect or podman image inspect; - for standard input. A request"
                    + " takes its user, health check, variables and command from the image that it names.")
    private List<String> images = List.of();

    @Option(
            names = "--engine",
            paramLabel = "DIR",
            description = {
                "Folder with what is known about an engine, which is audited too. Every file is"
                        + " optional: daemon.json, dockerd-cmdline.txt (its command line), info.json and"
                        + " version.json (docker info and docker version as JSON);",
                "environment.txt (output of env where the client runs, or of systemctl show docker"
                        + " --property Environment), getenforce.txt (output of getenforce or sestatus);",
                "images/*.json (docker image inspect), api/images.json and api/containers.json (lists of"
                        + " the Engine API); and by container api/exec-ps.json (an object with exit and stdout of"
                        + " ps for each name), diff/NAME.txt (docker diff), exec/NAME.json (exec records of the"
                        + " Engine API).",
                "Without --container, the containers are those in DIR/containers."
            })
    private @Nullable Path engine;

    @Option(
            names = "--seccomp",
            paramLabel = "FILE",
            arity = "1..*",
            description = "Seccomp profile in the format of Docker or the OCI; - for standard input. Also used for"
                    + " containers that name it by the same path.")
    private List<String> profiles = List.of();

    @Option(
            names = "--host",
            paramLabel = "NAME",
            description = "Name of the engine; default the name of DIR. If given, container names start with it:"
                    + " NAME/CONTAINER.")
    private @Nullable String host;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private PolicyOptions policy;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text, json, jsonl (one finding per line), sarif, sarif-all (also findings that pass,"
                    + " are waived or in the baseline, which code hosts show as alerts), junit, markdown or"
                    + " html; default text.")
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
            throw Usage.error(
                    spec,
                    images.isEmpty()
                            ? "nothing to audit: give --container, --image, --engine or --seccomp"
                            : "nothing to audit: --image only adds facts to a --container; to check an image, use verify");
        }
        refuseToReadTwice();
        AuditReport report;
        AuditSubjects subjects = new AuditSubjects(terminal.in(), host, engine);
        try {
            report = audited(subjects.subjects(containers, profiles, images));
        } catch (IllegalArgumentException e) {
            throw Usage.error(spec, Messages.of(e));
        }
        write(report, subjects);
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
            throw Usage.error(spec, "standard input can be read only once: give - once, and files for the rest");
        }
    }

    private AuditReport audited(List<? extends Subject> subjects) throws IOException {
        Auditor auditor = Auditor.of(policy.policy(), KnownRules.ruleSets());
        return policy.withBaseline(auditor).withClock(clock).audit(new ArrayList<>(subjects));
    }

    private void write(AuditReport report, AuditSubjects subjects) throws IOException {
        reports.write(report, subjects::located);
        reporter(subjects).write(report, terminal.out());
        terminal.out().flush();
    }

    private Reporter reporter(AuditSubjects subjects) {
        if (format != ReportFormat.TEXT) {
            return format.reporter(subjects::located);
        }
        TextReporter text = TextReporter.create().withCharset(terminal.charset());
        return text.withColour(terminal.colour(colour));
    }
}
