package dev.tallyclerk.command;

import java.util.Set;
import java.util.logging.LogManager;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;

/**
 * Initializes OkHttp while the arguments are parsed: it lists the runtime's security providers and sets up logging,
 * which takes as long as everything else before the first request.
 */
final class EarlyHttp {
    private static final Set<String> ALWAYS = Set.of("pull", "push", "tags", "referrers");

    private EarlyHttp() {}

    /** Starts in threads of its own if the arguments name a registry; the commands of TUF do not use OkHttp. */
    static void begin(String... args) {
        if (asksRegistry(args)) {
            inTheBackground(OkHttpClient.Builder::new);
            inTheBackground(LogManager::getLogManager);
        }
    }

    /** Only initializes classes. If that fails, the first request fails and reports it. */
    private static void inTheBackground(Runnable preparation) {
        Thread early = new Thread(preparation, "tallyclerk-early-http");
        early.setUncaughtExceptionHandler((thread, failure) -> {});
        early.setDaemon(true);
        early.start();
    }

    /** {@return whether the arguments seem to name a registry, without parsing them} */
    static boolean asksRegistry(String... args) {
        return args.length > 1
                && (ALWAYS.contains(args[0]) || Stream.of(args).anyMatch(arg -> arg.startsWith("docker://")));
    }
}
