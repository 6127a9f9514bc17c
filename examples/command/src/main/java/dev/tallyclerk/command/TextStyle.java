package dev.tallyclerk.command;

import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.registry.verify.ContentResult;
import java.nio.charset.Charset;

/**
 * The style of text for people.
 *
 * @param colour whether to use colours
 * @param charset the encoding of the output
 */
record TextStyle(boolean colour, Charset charset) {
    /** {@return whether the output can have marks beyond ASCII} */
    boolean unicode() {
        return charset.newEncoder().canEncode('✔');
    }

    private String ansi(int code, String text) {
        return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }

    String bold(String text) {
        return ansi(1, text);
    }

    String dim(String text) {
        return ansi(2, text);
    }

    String red(String text) {
        return ansi(31, text);
    }

    String green(String text) {
        return ansi(32, text);
    }

    String yellow(String text) {
        return ansi(33, text);
    }

    String severity(Severity severity, String text) {
        return switch (severity) {
            case CRITICAL, HIGH -> red(text);
            case MEDIUM -> yellow(text);
            case LOW, INFO -> text;
        };
    }

    String mark(ContentResult result) {
        return result.<String>fold(
                verified -> green(unicode() ? "✔" : "ok  "),
                failed -> red(unicode() ? "✘" : "FAIL"),
                unknown -> yellow(unicode() ? "?" : "??  "));
    }
}
