package dev.tallyclerk.command;

import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** Where the password of a private key comes from. The caller clears it. */
final class KeyPassword {
    /** Stands for standard input. */
    static final Path STANDARD_INPUT = Path.of("-");

    private static final int MAX_PASSWORD = 64 << 10;

    private KeyPassword() {}

    /** {@return the password in a file or on standard input, otherwise the one in the environment, if there is one} */
    static Optional<char[]> given(@Nullable Path file, Terminal terminal) throws IOException {
        if (file != null) {
            return Optional.of(read(file, terminal));
        }
        Map<String, String> environment = terminal.environment();
        return Optional.ofNullable(
                        environment.getOrDefault("TALLYCLERK_KEY_PASSWORD", environment.get("COSIGN_PASSWORD")))
                .map(String::toCharArray);
    }

    /** {@return the password in a file or on standard input, without a last line break} */
    static char[] read(Path file, Terminal terminal) throws IOException {
        byte[] content = file.equals(STANDARD_INPUT)
                ? InputFile.read("standard input", terminal.in(), MAX_PASSWORD)
                : InputFile.read(file, MAX_PASSWORD);
        CharBuffer text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(content));
        int end = text.length();
        if (end > 0 && text.charAt(end - 1) == '\n') {
            end -= end > 1 && text.charAt(end - 2) == '\r' ? 2 : 1;
        }
        char[] password = Arrays.copyOf(text.array(), end);
        Arrays.fill(text.array(), '\0');
        Arrays.fill(content, (byte) 0);
        return password;
    }

    /**
     * {@return a new password, asked for twice if there is a terminal}
     *
     * @param given the password that a file or the environment has, if one has
     * @param file the file that will be encrypted, for the prompt
     * @param ways how to give a password, for the message
     */
    static char[] chosen(Optional<char[]> given, Path file, String ways, CommandSpec spec, Terminal terminal) {
        char[] password = given.or(() -> askTwice(file, spec, terminal))
                .orElseThrow(() -> Usage.error(spec, "a new key needs a password: " + ways));
        if (password.length == 0) {
            throw Usage.error(spec, "the password is empty");
        }
        return password;
    }

    private static Optional<char[]> askTwice(Path file, CommandSpec spec, Terminal terminal) {
        String name = Quoted.printable(file.toString());
        Optional<char[]> first = terminal.prompt().ask("New password of " + name);
        if (first.isEmpty()) {
            return first;
        }
        Optional<char[]> second = terminal.prompt().ask("The same password again");
        boolean same = second.isPresent() && Arrays.equals(first.get(), second.get());
        second.ifPresent(password -> Arrays.fill(password, '\0'));
        if (!same) {
            Arrays.fill(first.get(), '\0');
            throw Usage.error(spec, "the two passwords differ; nothing was written");
        }
        return first;
    }
}
