package dev.tallyclerk.command;

import java.time.Clock;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tallyclerk tuf-repo}: writes a TUF repository, with offline keys. */
@Command(
        name = "tuf-repo",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Writes a TUF repository into a folder for a web server.",
            "init, add, rotate and renew write a signing request; holders of keys sign copies of it, merge puts"
                    + " their signatures together, and publish publishes it."
        },
        footer = {
            "",
            "Exit status: 0 done; 1 refused, or for status something expires; 3 usage error or unreadable input."
        })
final class TufRepoCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private TufRepoCommand() {}

    static CommandLine commandLine(Terminal terminal, Clock clock) {
        TufRepoWork work = new TufRepoWork(terminal);
        return new CommandLine(new TufRepoCommand())
                .addSubcommand(new TufRepoInitCommand(work, clock))
                .addSubcommand(new TufRepoAddCommand(work, clock))
                .addSubcommand(new TufRepoSignCommand(work, clock))
                .addSubcommand(new TufRepoMergeCommand(work))
                .addSubcommand(new TufRepoPublishCommand(work, clock))
                .addSubcommand(new TufRepoRotateCommand(work, clock))
                .addSubcommand(new TufRepoRenewCommand(work, clock))
                .addSubcommand(new TufRepoStatusCommand(work, clock));
    }

    @Override
    public void run() {
        throw Usage.error(spec, "no action given: use init, add, sign, merge, publish, rotate, renew or status");
    }
}
