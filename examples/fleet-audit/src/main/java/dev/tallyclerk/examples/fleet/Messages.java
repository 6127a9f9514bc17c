package dev.tallyclerk.examples.fleet;

import dev.tallyclerk.text.Quoted;

/** What failures say, in one line. */
final class Messages {
    private Messages() {}

    static String of(Throwable failure) {
        String message = failure.getMessage();
        return Quoted.printable(message == null ? failure.getClass().getSimpleName() : message);
    }
}
