package dev.tallyclerk.command;

import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.registry.admission.Admission;
import dev.tallyclerk.registry.admission.AdmissionResult;
import java.io.IOException;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tallyclerk verify}: from a name to a verdict. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Verifies an image and decides whether it is safe to load.",
            "Compares every byte of manifest, configuration and layers with the digests that lead to it; rejects layers"
                    + " that engines read differently, or merge into different files; and audits the configuration and"
                    + " the build history. Of an index, checks every image that an engine may take for the platform."
        },
        footer = {
            "",
            "Exit status: 0 accepted; 1 rejected; 2 incomplete, something could not be checked; 3 usage error or"
                    + " unreadable input; 4 registry or network error."
        })
final class VerifyCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Clock clock;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private SourceArgument source;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private AdmissionOptions options;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ReportFiles reports;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or json; default text.")
    private Format format = Format.TEXT;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ColourOption colour;

    /** How the report is written. */
    enum Format {
        TEXT,
        JSON
    }

    VerifyCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        reports.check(spec, false);
        options.check();
        AdmissionOptions.Request request = options.request(source.location(terminal), terminal);
        int parallel = Runtime.getRuntime().availableProcessors();
        ExecutorService threads = Executors.newFixedThreadPool(parallel);
        ProgressBar progress = terminal.errIsTerminal() ? new ProgressBar(terminal.err(), System::nanoTime) : null;
        try {
            Admission admission = options.admission(
                    clock,
                    options.analyzer(),
                    verifier -> (progress == null ? verifier : verifier.withListener(progress))
                            .withExecutor(threads, parallel));
            RegistryAccess.Clients clients = options.clients(terminal);
            Admission vouched = options.vouched(admission, terminal, clock, clients);
            AdmissionResult result = options.check(request, vouched, terminal, clock, clients);
            if (progress != null) {
                progress.clear();
            }
            write(result);
            return ExitCode.of(result.decision());
        } finally {
            if (progress != null) {
                progress.clear();
            }
            threads.shutdown();
        }
    }

    private void write(AdmissionResult report) throws IOException {
        AuditReport audit = report.audit().orElse(null);
        if (audit != null) {
            reports.write(audit);
        } else if (!reports.isEmpty()) {
            terminal.err().println("tallyclerk: nothing was audited, and no report of an audit was written");
        }
        switch (format) {
            case JSON -> {
                JsonReport.write(report, terminal.out());
                terminal.out().println();
            }
            case TEXT -> TextReport.write(report, terminal.out(), terminal.style(colour.mode()));
        }
        terminal.out().flush();
    }
}
