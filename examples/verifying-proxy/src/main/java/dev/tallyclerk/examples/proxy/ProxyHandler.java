package dev.tallyclerk.examples.proxy;

import dev.tallyclerk.registry.proxy.ProxyAnswer;
import dev.tallyclerk.registry.proxy.ProxyBody;
import dev.tallyclerk.registry.proxy.ProxyEvent;
import dev.tallyclerk.registry.proxy.ProxyRequest;
import dev.tallyclerk.registry.proxy.PullThrough;
import dev.tallyclerk.text.Quoted;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.channels.StreamSinkChannel;

/** Carries requests to the core, and its answers to the clients. */
final class ProxyHandler implements HttpHandler {
    private static final int BUFFER = 64 * 1024;
    private static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(1);
    private static final int LONGEST_AGENT = 200;
    private static final int LONGEST_PATH = 1100;

    /** Who takes less than this of an answer in the time of silence takes nothing. */
    static final int LEAST = 16 * 1024;

    private final PullThrough proxy;
    private final ExecutorService threads;
    private final Semaphore places;
    private final Duration silence;
    private final Requests requests;
    private final Connections connections;
    private final Observers observers;

    /** Who is told of what happens. */
    record Observers(Metrics metrics, History history, ServerLog log) {
        void event(ProxyEvent event) {
            metrics.event(event);
            history.event(event);
            log.event(event);
        }
    }

    ProxyHandler(
            PullThrough proxy,
            ExecutorService threads,
            ProxyConfig.Serving serving,
            Requests requests,
            Connections connections,
            Observers observers) {
        this.proxy = proxy;
        this.threads = threads;
        this.places = new Semaphore(serving.requests());
        this.silence = serving.silence();
        this.requests = requests;
        this.connections = connections;
        this.observers = observers;
    }

    /** A request that is being answered. Used by one thread after the other. */
    private static final class Running {
        private final HttpServerExchange exchange;
        private final Runnable use;
        private final long started = System.nanoTime();
        private final AtomicBoolean isEnded = new AtomicBoolean();
        private String type = "other";
        private String upstream = "";
        private String message = "";
        private int status;
        private long sent;

        Running(HttpServerExchange exchange, Runnable use) {
            this.exchange = exchange;
            this.use = use;
        }

        void event(ProxyEvent event) {
            if (event.kind() == ProxyEvent.Kind.REQUEST) {
                type = event.content().name().toLowerCase(Locale.ROOT);
                upstream = event.upstream();
                message = event.message();
            }
        }
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        Running running = new Running(exchange, connections.begin(exchange));
        if (!requests.begin()) {
            refuse(running, "the proxy is being stopped; ask again in a moment");
        } else if (!places.tryAcquire()) {
            requests.end();
            refuse(running, "the proxy answers as many requests as it may; ask again in a moment");
        } else {
            exchange.dispatch(task -> onThread(task, running), () -> serve(running));
        }
    }

    private void onThread(Runnable task, Running running) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException | OutOfMemoryError e) { // the latter is the system's refusal of a thread
            places.release();
            requests.end();
            refuse(running, "the proxy has no thread for the answer; ask again in a moment");
        }
    }

    /** Answers 503 from the thread of the connection. */
    private void refuse(Running running, String why) {
        HttpServerExchange exchange = running.exchange;
        running.status = 503;
        running.message = why;
        exchange.setStatusCode(running.status);
        exchange.setPersistent(false);
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
        exchange.getResponseHeaders().put(Headers.RETRY_AFTER, "1");
        String body = "{\"errors\":[{\"code\":\"UNAVAILABLE\",\"message\":\"" + why + "\"}]}";
        running.sent = exchange.getRequestMethod().equals(Methods.HEAD) ? 0 : body.length();
        running.use.run();
        observers.metrics().refused(running.status);
        log(running, true);
        exchange.getResponseSender().send(body, StandardCharsets.US_ASCII);
    }

    private void serve(Running running) {
        HttpServerExchange exchange = running.exchange;
        ProxyAnswer answer = null;
        try {
            answer = proxy.withListener(event -> {
                        running.event(event);
                        observers.event(event);
                    })
                    .answer(request(exchange));
            send(running, answer);
        } catch (RuntimeException | Error e) {
            ended(running, answer, new IOException(e));
        }
    }

    /** {@return what follows the host, where a client has named one: before it may be a login} */
    private static String path(HttpServerExchange exchange) {
        String target = exchange.getRequestURI();
        if (!exchange.isHostIncludedInRequestURI()) {
            return target;
        }
        int slash = target.indexOf('/', target.indexOf("://") + 3);
        return slash < 0 ? "/" : target.substring(slash);
    }

    private static ProxyRequest request(HttpServerExchange exchange) {
        String path = path(exchange);
        String query = exchange.getQueryString();
        ProxyRequest request =
                ProxyRequest.of(exchange.getRequestMethod().toString(), query.isEmpty() ? path : path + "?" + query);
        for (HeaderValues header : exchange.getRequestHeaders()) {
            for (String value : header) {
                request = request.withHeader(header.getHeaderName().toString(), value);
            }
        }
        return request;
    }

    private void send(Running running, ProxyAnswer answer) {
        HttpServerExchange exchange = running.exchange;
        running.status = answer.status();
        exchange.setStatusCode(answer.status());
        answer.headers().forEach((name, value) -> {
            if (name.equals("Connection")) {
                exchange.setPersistent(false); // a header that HTTP/2 does not have
            } else {
                exchange.getResponseHeaders().put(HttpString.tryFromString(name), value);
            }
        });
        boolean isFile = answer.body() instanceof ProxyBody.FileRegion;
        if (isFile) {
            ProxyBody.FileRegion region = (ProxyBody.FileRegion) answer.body();
            exchange.dispatch(exchange.getIoThread(), () -> transfer(running, answer, region));
            return;
        }
        IOException failure = null;
        try (InputStream in = content(answer.body())) {
            copy(in, answer.body().length(), running);
        } catch (IOException e) {
            failure = e;
        }
        ended(running, answer, failure);
    }

    private static InputStream content(ProxyBody body) {
        return body.fold(ProxyBody.Bytes::open, file -> InputStream.nullInputStream(), ProxyBody.Stream::content);
    }

    private void transfer(Running running, ProxyAnswer answer, ProxyBody.FileRegion region) {
        HttpServerExchange exchange = running.exchange;
        try {
            new FileTransfer(region, exchange.getIoThread(), silence, (sent, failure) -> {
                        running.sent = sent;
                        ended(running, answer, failure);
                    })
                    .start(exchange.getResponseChannel());
        } catch (RuntimeException e) {
            ended(running, answer, new IOException(e));
        }
    }

    /** Sends a body of that length, and returns when the client has it or its system does. */
    private void copy(InputStream in, long length, Running running) throws IOException {
        StreamSinkChannel channel = running.exchange.getResponseChannel();
        byte[] buffer = new byte[(int) Math.min(BUFFER, Math.max(1, length))];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            ByteBuffer rest = ByteBuffer.wrap(buffer, 0, n);
            long since = System.nanoTime();
            long enough = running.sent + LEAST;
            while (rest.hasRemaining()) {
                int written = channel.write(rest);
                running.sent += written;
                if (running.sent >= enough) {
                    since = System.nanoTime();
                    enough = running.sent + LEAST;
                }
                if (written == 0) {
                    await(channel, since);
                }
            }
        }
        if (running.sent != length) {
            throw new EOFException("the body ended after " + running.sent + " of " + length + " bytes");
        }
        channel.shutdownWrites();
        long since = System.nanoTime();
        while (!channel.flush()) {
            await(channel, since);
        }
    }

    /**
     * Waits by a listener, because the channels' own waiting keeps to no time, and not for long, so that a signal that
     * is missed costs little: the caller tries again.
     */
    private void await(StreamSinkChannel channel, long since) throws IOException {
        long left = silence.toNanos() - (System.nanoTime() - since);
        if (left <= 0) {
            throw new IOException("the client has taken nothing, or next to nothing, for " + silence);
        }
        Semaphore writable = new Semaphore(0);
        channel.getWriteSetter().set(ready -> {
            ready.suspendWrites();
            writable.release();
        });
        channel.resumeWrites();
        try {
            boolean isReady = writable.tryAcquire(Math.min(left, LONGEST_WAIT), TimeUnit.NANOSECONDS);
            if (!isReady) {
                channel.suspendWrites();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the proxy was stopped", e);
        }
    }

    private void ended(Running running, @Nullable ProxyAnswer answer, @Nullable IOException failure) {
        if (!running.isEnded.compareAndSet(false, true)) {
            return;
        }
        HttpServerExchange exchange = running.exchange;
        try {
            if (failure != null) {
                // Not the end of the exchange: that would complete a body that is not complete.
                IoUtils.safeClose(exchange.getConnection());
                running.message = String.valueOf(failure.getMessage());
            }
            exchange.endExchange();
        } finally {
            IoUtils.safeClose(answer);
            running.use.run();
            places.release();
            observers.metrics().sent(running.type, running.sent, failure == null);
            try {
                log(running, failure == null);
            } finally {
                requests.end(); // after the line, so that none is missing when the program stops
            }
        }
    }

    private void log(Running running, boolean isComplete) {
        HttpServerExchange exchange = running.exchange;
        String agent = exchange.getRequestHeaders().getFirst(Headers.USER_AGENT);
        observers
                .log()
                .request(new Served(
                        exchange.getSourceAddress().getAddress().getHostAddress(),
                        exchange.getProtocol().toString(),
                        exchange.getRequestMethod().toString(),
                        shortened(path(exchange), LONGEST_PATH),
                        running.status,
                        running.sent,
                        isComplete,
                        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - running.started),
                        running.upstream,
                        Quoted.printable(running.message),
                        agent == null ? "" : shortened(agent, LONGEST_AGENT)));
    }

    private static String shortened(String text, int longest) {
        return Quoted.printable(text.length() <= longest ? text : text.substring(0, longest));
    }
}
