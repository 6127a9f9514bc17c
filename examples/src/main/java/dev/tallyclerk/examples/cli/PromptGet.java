package dev.tallyclerk.examples.cli;

import dev.tallyclerk.trust.fetch.FetchOptions;
import dev.tallyclerk.trust.fetch.HttpGet;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP client that a new process has ready first, without its waits for servers that drip. Made when the first
 * request comes: a repository in a folder needs neither client nor threads.
 */
final class PromptGet implements HttpGet, ThreadFactory {
    private @Nullable HttpGet made;

    @Override
    public Answer send(URI uri, FetchOptions options) throws IOException {
        return client().send(uri, options);
    }

    private synchronized HttpGet client() {
        HttpGet client = made;
        if (client == null) {
            ExecutorService threads = Executors.newCachedThreadPool(this);
            client = HttpGet.runtime().withExecutor(threads);
            made = client;
        }
        return client;
    }

    @Override
    public Thread newThread(Runnable task) {
        Thread thread = new Thread(task, "tallyclerk fetch");
        thread.setDaemon(true);
        return thread;
    }
}
