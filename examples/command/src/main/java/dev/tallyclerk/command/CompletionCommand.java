package dev.tallyclerk.command;

import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code tallyclerk completion}: prints what makes a shell complete commands and options. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Prints a script that makes a shell complete the commands and options of tallyclerk.",
            "bash: source <(tallyclerk completion bash)",
            "zsh: source <(tallyclerk completion zsh)",
            "fish: tallyclerk completion fish | source"
        },
        footer = {"", "Exit status: 0 printed; 3 usage error."})
final class CompletionCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Supplier<CommandLine> all;

    @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish.")
    private Shell shell = Shell.BASH;

    /** The shells. */
    enum Shell {
        BASH,
        ZSH,
        FISH
    }

    CompletionCommand(Terminal terminal, Supplier<CommandLine> all) {
        this.terminal = terminal;
        this.all = all;
    }

    @Override
    public Integer call() {
        CommandLine command = all.get();
        String script = switch (shell) {
            // picocli's script is for both: in zsh, it loads zsh's emulation of bash's completion.
            case BASH, ZSH -> AutoComplete.bash(command.getCommandName(), command);
            case FISH -> FishCompletion.of(command);
        };
        terminal.out().print(script);
        terminal.out().flush();
        return ExitCode.ACCEPTED;
    }
}
