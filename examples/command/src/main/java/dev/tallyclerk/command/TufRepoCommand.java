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
            "Writes a TUF repository into a folder for a web server, to a web server, or to a registry.",
            "init, add, remove, delegate, revoke, rotate and renew write a signing request; holders of keys sign copies of it, merge puts"
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
        return new CommandLine(new TufRepoCommand())
                .addSubcommand(new TufRepoInitCommand(terminal, clock))
                .addSubcommand(new TufRepoAddCommand(terminal, clock))
                .addSubcommand(new TufRepoRemoveCommand(terminal, clock))
                .addSubcommand(new TufRepoDelegateCommand(terminal, clock))
                .addSubcommand(new TufRepoRevokeCommand(terminal, clock))
                .addSubcommand(new TufRepoSignCommand(terminal, clock))
                .addSubcommand(new TufRepoMergeCommand(terminal))
                .addSubcommand(new TufRepoPublishCommand(terminal, clock))
                .addSubcommand(new TufRepoRotateCommand(terminal, clock))
                .addSubcommand(new TufRepoRenewCommand(terminal, clock))
                .addSubcommand(new TufRepoStatusCommand(terminal, clock));
    }

    @Override
    public void run() {
        throw Usage.error(
                spec,
                "no action given: use init, add, remove, delegate, revoke, sign, merge, publish, rotate, renew or status");
    }
}
