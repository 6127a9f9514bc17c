package dev.tallyclerk.examples.proxy;

/** A configuration that cannot be used: the message has the file, the line, and what to write instead. */
final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    ConfigException(String message) {
        super(message);
    }

    ConfigException(String message, Throwable cause) {
        super(message, cause);
    }
}
