package dev.tallyclerk.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code tallyclerk manual}: writes the manual pages of all commands. */
@Command(
        name = "manual",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Writes manual pages of all commands into a folder, such as tallyclerk.1 and tallyclerk-verify.1.",
            "man reads them where the folder is the man1 of a folder in MANPATH."
        },
        footer = {"", "Exit status: 0 written; 3 usage error or unwritable folder."})
final class ManualCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Supplier<CommandLine> all;

    @Parameters(paramLabel = "DIR", description = "The folder; made if it is not there.")
    private Path folder = Path.of("");

    ManualCommand(Terminal terminal, Supplier<CommandLine> all) {
        this.terminal = terminal;
        this.all = all;
    }

    @Override
    public Integer call() throws IOException {
        Map<String, String> pages = new TreeMap<>();
        write(all.get(), pages);
        Files.createDirectories(folder);
        for (Map.Entry<String, String> page : pages.entrySet()) {
            Files.write(folder.resolve(page.getKey() + ".1"), page.getValue().getBytes(StandardCharsets.UTF_8));
        }
        terminal.out().println(pages.size() + " manual pages written");
        terminal.out().flush();
        return ExitCode.ACCEPTED;
    }

    private static void write(CommandLine command, Map<String, String> pages) {
        pages.put(ManualPage.name(command), ManualPage.of(command));
        command.getSubcommands().values().forEach(inner -> write(inner, pages));
    }
}
