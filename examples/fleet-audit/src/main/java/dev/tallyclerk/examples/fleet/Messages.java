package dev.tallyclerk.examples.fleet;

import dev.tallyclerk.text.Quoted;
import java.io.IOException;

/** What failures say, in one line. */
final class Messages {
    private Messages() {}

    static String of(Throwable failure) {
        String message = failure.getMessage();
        boolean isForPeople = failure instanceof IOException || failure instanceof IllegalArgumentException;
        return Quoted.printable(message == null || !isForPeople ? failure.toString() : message);
    }
}
