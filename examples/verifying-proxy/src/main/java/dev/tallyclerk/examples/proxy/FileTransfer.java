package dev.tallyclerk.examples.proxy;

import dev.tallyclerk.registry.proxy.ProxyBody;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.xnio.ChannelListener;
import org.xnio.XnioExecutor;
import org.xnio.XnioIoThread;
import org.xnio.channels.StreamSinkChannel;

/**
 * A part of a file on its way to a client, which over plain HTTP the kernel sends by itself. Runs on the thread of the
 * connection and holds no other.
 */
final class FileTransfer implements ChannelListener<StreamSinkChannel> {
    /** After so much the thread looks after its other connections. */
    private static final long PART = 4L << 20;

    private static final int FIRST = 16 * 1024;

    /** Told once how it ended. */
    @FunctionalInterface
    interface End {
        /** {@code failure} is null if all was sent. */
        void ended(long sent, @Nullable IOException failure);
    }

    private final ProxyBody.FileRegion region;
    private final XnioIoThread thread;
    private final Duration silence;
    private final End end;
    private @Nullable ByteBuffer first;
    private long sent;
    private long seen = -1;
    private boolean isEnded;
    private boolean isShut;
    private XnioExecutor.@Nullable Key watch;

    FileTransfer(ProxyBody.FileRegion region, XnioIoThread thread, Duration silence, End end) {
        this.region = region;
        this.thread = thread;
        this.silence = silence;
        this.end = end;
    }

    void start(StreamSinkChannel channel) {
        channel.getWriteSetter().set(this);
        watch();
        handleEvent(channel);
    }

    /** Gives up if nothing, or next to nothing, was sent since it was looked at last. */
    private void watch() {
        if (isEnded) {
            return;
        }
        if (seen >= 0 && sent - seen < Math.max(1, Math.min(ProxyHandler.LEAST, region.length() - seen))) {
            finish(new IOException("the client has taken nothing, or next to nothing, for " + silence));
            return;
        }
        seen = sent;
        watch = thread.executeAfter(this::watch, silence.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void handleEvent(StreamSinkChannel channel) {
        if (isEnded) {
            return;
        }
        try {
            if (sent < region.length() && !send(channel)) {
                channel.resumeWrites();
                return;
            }
            if (!isShut) {
                isShut = true;
                channel.shutdownWrites();
            }
            if (channel.flush()) {
                channel.suspendWrites();
                finish(null);
            } else {
                channel.resumeWrites();
            }
        } catch (IOException | RuntimeException e) {
            finish(e instanceof IOException failure ? failure : new IOException(e));
        }
    }

    /** {@return whether all was sent} */
    private boolean send(StreamSinkChannel channel) throws IOException {
        if (!sendFirst(channel)) {
            return false;
        }
        long most = Math.min(region.length(), sent + PART);
        while (sent < most) {
            long n = channel.transferFrom(region.file(), region.offset() + sent, most - sent);
            if (n <= 0) {
                if (region.file().size() < region.offset() + region.length()) {
                    throw new EOFException("a file of the cache has become shorter");
                }
                return false;
            }
            sent += n;
        }
        return sent == region.length();
    }

    /**
     * Sends the first bytes from memory: while the head of an answer is not out, Undertow's transfer begins at the
     * file's own position and not where it was told to. {@return whether they are out, and the head before them}
     */
    private boolean sendFirst(StreamSinkChannel channel) throws IOException {
        ByteBuffer rest = first;
        if (rest == null) {
            rest = ByteBuffer.allocate((int) Math.min(FIRST, region.length()));
            while (rest.hasRemaining()) {
                if (region.file().read(rest, region.offset() + rest.position()) < 0) {
                    throw new EOFException("a file of the cache has become shorter");
                }
            }
            rest.flip();
            first = rest;
        }
        while (rest.hasRemaining()) {
            int n = channel.write(rest);
            if (n == 0) {
                return false;
            }
            sent += n;
        }
        return true;
    }

    private void finish(@Nullable IOException failure) {
        isEnded = true;
        XnioExecutor.Key timer = watch;
        if (timer != null) {
            timer.remove();
        }
        end.ended(sent, failure);
    }
}
