package dev.tallyclerk.command;

import java.util.Set;
import java.util.logging.LogManager;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;

/**
 * Lets OkHttp look at its platform while the command's arguments are read: it lists all of the runtime's providers of
 * security and sets up logging, which takes as long as all else before the first request.
 */
final class EarlyHttp {
    private static final Set<String> ALWAYS = Set.of("pull", "push", "tags", "referrers");

    private EarlyHttp() {}

    /** Begins, in threads of its own, if the arguments name a registry: the commands of TUF do without OkHttp. */
    static void begin(String... args) {
        if (asksRegistry(args)) {
            inTheBackground(OkHttpClient.Builder::new);
            inTheBackground(LogManager::getLogManager);
        }
    }

    /** What is kept of it is in the classes. Where it fails, the first request fails in the same way, and says so. */
    private static void inTheBackground(Runnable preparation) {
        Thread early = new Thread(preparation, "tallyclerk-early-http");
        early.setUncaughtExceptionHandler((thread, failure) -> {});
        early.setDaemon(true);
        early.start();
    }

    /** Says whether a registry will be asked, as far as unparsed arguments show it. */
    static boolean asksRegistry(String... args) {
        return args.length > 1
                && (ALWAYS.contains(args[0]) || Stream.of(args).anyMatch(arg -> arg.startsWith("docker://")));
    }
}
