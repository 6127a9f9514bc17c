package dev.tallyclerk.command;

import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.version.InvalidVersionException;
import dev.tallyclerk.version.VersionOrder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tallyclerk compare-versions}: compares pairs of versions. */
@Command(
        name = "compare-versions",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Compares versions of packages as the tool of their ecosystem does.",
            "Reads pairs from standard input, one a line, with a tab between the two versions, and prints for each"
                    + " -1 (the first is older), 0, 1 (the first is newer), or invalid."
        },
        footer = {"", "Exit status: 0 printed; 3 usage error, or a line is not a pair."})
final class CompareVersionsCommand implements Callable<Integer> {
    private static final int MAX_LINE = 64 << 10;

    private final Terminal terminal;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            paramLabel = "ECOSYSTEM",
            description = "apk, arch, crates, dpkg, gem, go, maven, npm, nuget, packagist, pypi or rpm.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String ecosystem;

    CompareVersionsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        VersionOrder order = VersionOrder.byId(ecosystem)
                .orElseThrow(() -> Usage.error(
                        spec,
                        Quoted.quote(ecosystem) + " is not an ecosystem; write "
                                + Arrays.stream(VersionOrder.values())
                                        .map(VersionOrder::id)
                                        .sorted()
                                        .collect(Collectors.joining(", "))));
        BufferedReader in = new BufferedReader(new InputStreamReader(terminal.in(), StandardCharsets.UTF_8));
        long number = 0;
        for (StringBuilder line = new StringBuilder(); readLine(in, line); line.setLength(0)) {
            number++;
            int tab = line.indexOf("\t");
            if (line.length() > MAX_LINE || tab < 0 || line.indexOf("\t", tab + 1) >= 0) {
                terminal.out().flush();
                throw new IOException("line " + number + " of the input is not two versions with a tab between them: "
                        + Quoted.quote(line));
            }
            terminal.out().println(answer(order, line.substring(0, tab), line.substring(tab + 1)));
        }
        terminal.out().flush();
        return ExitCode.ACCEPTED;
    }

    private static String answer(VersionOrder order, String first, String second) {
        try {
            return String.valueOf(Integer.signum(order.compare(first, second)));
        } catch (InvalidVersionException e) {
            return "invalid";
        }
    }

    /** Reads a line, or as much of it as shows that it is too long. Returns false at the end of the input. */
    private static boolean readLine(BufferedReader in, StringBuilder line) throws IOException {
        for (int c = in.read(); c >= 0; c = in.read()) {
            if (c == '\n') {
                return true;
            }
            line.append((char) c);
            if (line.length() > MAX_LINE) {
                return true;
            }
        }
        return !line.isEmpty();
    }
}
