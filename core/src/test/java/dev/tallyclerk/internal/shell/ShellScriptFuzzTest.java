package dev.tallyclerk.internal.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.internal.shell.ShellScript.Command;
import java.nio.charset.StandardCharsets;

/** Any text is a script, and what is found in it does not outgrow it. */
class ShellScriptFuzzTest {
    /** Eight scripts in scripts, and eight commands that start commands, each with the words of its own. */
    private static final int GROWTH = 100;

    @FuzzTest
    void parse(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        ShellScript script = ShellParser.parse(text);
        long characters = 0;
        for (Command command : script.everyCommand()) {
            characters += 1 + command.words().stream().mapToLong(String::length).sum();
            assertTrue(command.words().isEmpty() || command.words().get(0).endsWith(command.program()));
        }
        assertTrue(characters <= GROWTH * (text.length() + 1L), () -> "a script of " + text.length() + " characters");
        assertEquals(script, ShellParser.parse(text));
    }
}
