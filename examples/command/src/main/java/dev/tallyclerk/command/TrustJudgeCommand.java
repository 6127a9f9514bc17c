package dev.tallyclerk.command;

import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code tallyclerk trust judge}: decides on a list of cases. */
@Command(
        name = "judge",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Decides on signatures that a list names, for comparison with other verifiers.",
            "INDEX.json has \"cases\" of the types sigstore-bundle, cosign-image, notation and notation-image, with paths"
                    + " relative to it. Prints a line for each: id, TAB, accept, refuse or skip, TAB, the reason."
        },
        footer = {
            "",
            "Exit status: 0 all cases were decided; 3 usage error, or the list or a file that it"
                    + " names cannot be read; such a case is refused."
        })
final class TrustJudgeCommand implements Callable<Integer> {
    private static final int MAX_INDEX = 64 << 20;

    private final Terminal terminal;
    private final Clock clock;

    @Parameters(paramLabel = "INDEX.json", description = "The list of cases.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path index;

    TrustJudgeCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        Path folder = index.toAbsolutePath().getParent();
        JsonTree document = JsonTree.parse(InputFile.read(index, MAX_INDEX));
        TrustCase cases = new TrustCase(folder == null ? index.toAbsolutePath() : folder, clock);
        boolean isWhole = true;
        for (JsonTree each : document.get("cases").elements()) {
            TrustCase.Verdict verdict;
            try {
                verdict = cases.judge(each);
            } catch (IOException e) {
                isWhole = false;
                verdict = TrustCase.Verdict.unreadable(e);
                terminal.err().println("tallyclerk: " + Quoted.printable(each.required("id") + ": " + Messages.of(e)));
            }
            terminal.out()
                    .println(Quoted.printable(each.required("id")) + "\t" + verdict.word() + "\t"
                            + Quoted.printable(verdict.reason()));
        }
        terminal.out().flush();
        return isWhole ? ExitCode.ACCEPTED : ExitCode.ERROR;
    }
}
