package dev.tallyclerk.http.okhttp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.spi.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OkHttp 4 has the same class names as OkHttp 5, so a build that resolves it compiles and starts. */
class OlderOkHttpTest {
    private static final String CLIENT = "okhttp3.OkHttpClient";

    @TempDir
    private Path folder;

    /** Loads this library and a client of OkHttp 4's shape in place of those of the parent. */
    private static final class Isolated extends ClassLoader {
        private final Path classes;

        Isolated(Path classes) {
            super(OlderOkHttpTest.class.getClassLoader());
            this.classes = classes;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                if (loaded != null) {
                    return loaded;
                }
                boolean own = name.startsWith("dev.tallyclerk.") || name.equals(CLIENT);
                return own ? define(name) : super.loadClass(name, resolve);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            String file = name.replace('.', '/') + ".class";
            try (InputStream in = open(name, file)) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }

        private @Nullable InputStream open(String name, String file) throws IOException {
            return name.equals(CLIENT)
                    ? Files.newInputStream(classes.resolve(file))
                    : getParent().getResourceAsStream(file);
        }
    }

    @Test
    void anOlderOkHttpIsAnErrorThatNamesTheOneThatIsNeeded() throws Exception {
        Path source =
                Files.writeString(folder.resolve("OkHttpClient.java"), "package okhttp3; public class OkHttpClient {}");
        ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow();
        assertEquals(0, javac.run(System.out, System.err, "-d", folder.toString(), source.toString()));
        ClassLoader loader = new Isolated(folder);
        Class<?> client = loader.loadClass(CLIENT);
        Class<?> transport = loader.loadClass(OkHttpTransport.class.getName());

        InvocationTargetException thrown = assertThrows(
                InvocationTargetException.class,
                () -> transport
                        .getMethod("of", client)
                        .invoke(null, client.getConstructor().newInstance()));

        IllegalStateException e = assertInstanceOf(IllegalStateException.class, thrown.getCause());
        String message = String.valueOf(e.getMessage());
        assertTrue(message.contains("OkHttp 5") && message.contains("com.squareup.okhttp3:okhttp-jvm"), message);
        assertInstanceOf(NoSuchMethodError.class, e.getCause());
    }
}
