package dev.tallyclerk.examples.cli;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.container.ContainerRules;
import dev.tallyclerk.hardening.engine.EngineRules;
import dev.tallyclerk.hardening.report.JsonLinesReporter;
import dev.tallyclerk.hardening.report.JsonReporter;
import dev.tallyclerk.hardening.seccomp.SeccompRules;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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
            names = "--engine",
            paramLabel = "DIR",
            description = {
                "What is known of an engine, which is audited too: daemon.json, dockerd-cmdline.txt (its command line), info.json and"
                        + " version.json (docker info and docker version as JSON), each if it is there.",
                "Also api/images.json and api/containers.json (the Engine API's lists), and by container api/exec-ps.json (an object with"
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

    @Option(
            names = "--profile",
            paramLabel = "PROFILE",
            defaultValue = "L1",
            description = "Which rules run: ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private Profile profile = Profile.L1;

    @Option(
            names = "--fail-on",
            paramLabel = "SEVERITY",
            defaultValue = "CRITICAL",
            description =
                    "The lowest severity of a rule that rejects: ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private VerifyCommand.Gate failOn = VerifyCommand.Gate.CRITICAL;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text, json, or jsonl for one JSON object in a line for each finding; default text.")
    private Format format = Format.TEXT;

    @Option(
            names = "--color",
            paramLabel = "WHEN",
            defaultValue = "auto",
            description = "auto, always or never; default auto.")
    private Terminal.ColourMode colour = Terminal.ColourMode.AUTO;

    /** How the report is written. */
    enum Format {
        TEXT,
        JSON,
        JSONL
    }

    AuditCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        if (containers.isEmpty() && profiles.isEmpty() && engine == null) {
            throw new ParameterException(spec.commandLine(), "say what to audit: --container, --engine or --seccomp");
        }
        AuditReport report;
        try {
            report = audited(new AuditSubjects(terminal.in(), host, engine).subjects(containers, profiles));
        } catch (MalformedSubjectException e) {
            throw new IOException(e.reason() + ": " + Messages.of(e), e);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), Messages.of(e));
        }
        write(report);
        return switch (report.decision().kind()) {
            case ACCEPT -> ExitCode.ACCEPTED;
            case REJECT -> ExitCode.REJECTED;
            case INCOMPLETE -> ExitCode.INCOMPLETE;
        };
    }

    private AuditReport audited(List<? extends Subject> subjects) {
        Policy policy = Policy.defaults().withProfile(profile);
        policy = failOn == VerifyCommand.Gate.NONE
                ? policy.withoutGate()
                : policy.withGate(Severity.valueOf(failOn.name()));
        return Auditor.of(policy, ContainerRules.ruleSet(), EngineRules.ruleSet(), SeccompRules.ruleSet())
                .audit(new ArrayList<>(subjects), clock.instant());
    }

    private void write(AuditReport report) throws IOException {
        switch (format) {
            case JSON -> {
                JsonReporter.pretty().write(report, terminal.out());
                terminal.out().println();
            }
            case JSONL -> JsonLinesReporter.create().write(report, terminal.out());
            case TEXT ->
                AuditText.write(
                        report, terminal.out(), new TextReport.Style(terminal.colour(colour), terminal.unicode()));
        }
        terminal.out().flush();
    }
}
