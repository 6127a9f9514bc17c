package dev.tallyclerk.registry.client;

import dev.tallyclerk.registry.client.MemoryRegistry.Interceptor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** What can go wrong with an upload on its way to a {@link MemoryRegistry}. */
final class BrokenUploads {
    private BrokenUploads() {}

    /** A connection that breaks when the registry has taken so many bytes of the body of such a request. */
    static Interceptor after(int bytes, String method, MemoryRepository repository) {
        return request -> {
            if (!request.method().equals(method)) {
                return null;
            }
            byte[] taken;
            try (InputStream in = request.body().open()) {
                taken = in.readNBytes(bytes);
            }
            String id = request.uri().getPath().replaceFirst(".*/", "");
            ByteArrayOutputStream upload = repository.uploads.get(id);
            if (upload != null) {
                upload.writeBytes(taken);
            }
            throw new IOException("connection reset");
        };
    }

    /** A registry that does what such a request asks for, and whose answer is lost. */
    static Interceptor lostAnswer(String method, MemoryRegistry registry) {
        return request -> {
            if (request.method().equals(method)) {
                registry.answerItself(request).close();
                throw new IOException("connection reset");
            }
            return null;
        };
    }

    /** Lets an interceptor see as many requests only as it answers, or breaks, so often. */
    static Interceptor times(int count, Interceptor interceptor) {
        int[] left = {count};
        return request -> {
            if (left[0] == 0) {
                return null;
            }
            try {
                var answer = interceptor.intercept(request);
                left[0] -= answer == null ? 0 : 1;
                return answer;
            } catch (IOException e) {
                left[0]--;
                throw e;
            }
        };
    }
}
