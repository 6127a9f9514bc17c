package dev.tallyclerk.testing;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** A folder through a file system that records each fsync and rename, and fails where a test says so. */
public final class WatchedDisk {
    /** What the disk is asked to do. */
    public enum Step {
        OPEN,
        LOCK,
        FORCE,
        MOVE,
        LINK,
        LIST
    }

    /** Lets a step pass, or throws instead of it. */
    @FunctionalInterface
    public interface Fault {
        void before(Step step, Path path) throws IOException;
    }

    private static final Pattern RANDOM = Pattern.compile("[0-9a-f]{64}-.*\\.");

    /** What was forced, and what was moved to where, in this order, without the parts of names that are random. */
    public final List<String> steps = new ArrayList<>();

    /** What happens before each step; nothing unless a test says so. */
    public Fault fault = (step, path) -> {};
    /** What the file system says that it supports. */
    public Set<String> attributeViews;

    /** What the file system says of its files in place of what is so, such as {@code nlink}. */
    public Map<String, Object> attributes = Map.of();

    /** How each file was moved to the name that it has here, without the parts that are random. */
    public final Map<String, Set<CopyOption>> moves = new HashMap<>();

    /** How often a folder was listed. */
    public int listings;

    private final List<String> open = new ArrayList<>();
    private final Path root;
    private final FileSystem real;
    private final FileSystem watched = new Watched();
    private final FileSystemProvider provider = new Provider();

    public WatchedDisk(Path folder) throws IOException {
        this.root = folder.toRealPath();
        this.real = root.getFileSystem();
        this.attributeViews = real.supportedFileAttributeViews();
    }

    /** {@return the folder, whose every use is watched} */
    public Path folder() {
        return wrap(root);
    }

    /** {@return how many channels are open on files whose name, without the part that is random, ends so} */
    public int open(String suffix) {
        return (int) open.stream().filter(name -> name.endsWith(suffix)).count();
    }

    private void take(Step step, Path path, String note) throws IOException {
        fault.before(step, path);
        steps.add(note);
    }

    private String name(Path path) {
        return RANDOM.matcher(root.relativize(path).toString().replace('\\', '/'))
                .replaceFirst("….");
    }

    private static Path unwrap(Path path) {
        return Proxy.isProxyClass(path.getClass()) && Proxy.getInvocationHandler(path) instanceof Handler handler
                ? handler.path
                : path;
    }

    private Path wrap(Path path) {
        return (Path) Proxy.newProxyInstance(
                WatchedDisk.class.getClassLoader(), new Class<?>[] {Path.class}, new Handler(path));
    }

    /** A path on the watched file system; everything but what leads to files is the real path's. */
    private final class Handler implements java.lang.reflect.InvocationHandler {
        private final Path path;

        Handler(Path path) {
            this.path = path;
        }

        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
            if (method.getName().equals("getFileSystem")) {
                return watched;
            }
            Object[] unwrapped = arguments == null ? new Object[0] : arguments.clone();
            for (int i = 0; i < unwrapped.length; i++) {
                if (unwrapped[i] instanceof Path argument) {
                    unwrapped[i] = unwrap(argument);
                }
            }
            try {
                Object result = method.invoke(path, unwrapped);
                return result instanceof Path other ? wrap(other) : result;
            } catch (InvocationTargetException e) {
                throw Objects.requireNonNull(e.getCause());
            }
        }
    }

    private final class Watched extends FileSystem {
        @Override
        public FileSystemProvider provider() {
            return provider;
        }

        @Override
        public void close() {}

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public boolean isReadOnly() {
            return false;
        }

        @Override
        public String getSeparator() {
            return real.getSeparator();
        }

        @Override
        public Iterable<Path> getRootDirectories() {
            return List.of(folder());
        }

        @Override
        public Iterable<FileStore> getFileStores() {
            return real.getFileStores();
        }

        @Override
        public Set<String> supportedFileAttributeViews() {
            return attributeViews;
        }

        @Override
        public Path getPath(String first, String... more) {
            return wrap(real.getPath(first, more));
        }

        @Override
        public PathMatcher getPathMatcher(String pattern) {
            throw new UnsupportedOperationException();
        }

        @Override
        public UserPrincipalLookupService getUserPrincipalLookupService() {
            throw new UnsupportedOperationException();
        }

        @Override
        public WatchService newWatchService() {
            throw new UnsupportedOperationException();
        }
    }

    private final class Provider extends FileSystemProvider {
        private FileSystemProvider below() {
            return real.provider();
        }

        @Override
        public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
                throws IOException {
            Path file = unwrap(path);
            fault.before(Step.OPEN, file);
            FileChannel channel = below().newFileChannel(file, options, attributes);
            open.add(name(file));
            return new ForwardingFileChannel(channel) {
                @Override
                protected void implCloseChannel() throws IOException {
                    open.remove(name(file));
                    super.implCloseChannel();
                }

                @Override
                public FileLock tryLock(long position, long size, boolean shared) throws IOException {
                    fault.before(Step.LOCK, file);
                    return super.tryLock(position, size, shared);
                }

                @Override
                public void force(boolean metadata) throws IOException {
                    take(Step.FORCE, file, "force " + name(file));
                    super.force(metadata);
                }
            };
        }

        @Override
        public void move(Path source, Path target, CopyOption... options) throws IOException {
            Path to = unwrap(target);
            take(Step.MOVE, to, "move to " + name(to));
            moves.put(name(to), Set.of(options));
            below().move(unwrap(source), to, options);
        }

        @Override
        public SeekableByteChannel newByteChannel(
                Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
            return below().newByteChannel(unwrap(path), options, attributes);
        }

        @Override
        public DirectoryStream<Path> newDirectoryStream(Path folder, DirectoryStream.Filter<? super Path> filter)
                throws IOException {
            fault.before(Step.LIST, unwrap(folder));
            listings++;
            DirectoryStream<Path> files = below().newDirectoryStream(unwrap(folder), path -> filter.accept(wrap(path)));
            return new DirectoryStream<>() {
                @Override
                public Iterator<Path> iterator() {
                    return StreamSupport.stream(files.spliterator(), false)
                            .map(WatchedDisk.this::wrap)
                            .iterator();
                }

                @Override
                public void close() throws IOException {
                    files.close();
                }
            };
        }

        @Override
        public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
            below().createDirectory(unwrap(folder), attributes);
        }

        @Override
        public void delete(Path path) throws IOException {
            below().delete(unwrap(path));
        }

        @Override
        public void createLink(Path link, Path existing) throws IOException {
            Path name = unwrap(link);
            fault.before(Step.LINK, name);
            below().createLink(name, unwrap(existing));
        }

        @Override
        public void copy(Path source, Path target, CopyOption... options) throws IOException {
            below().copy(unwrap(source), unwrap(target), options);
        }

        @Override
        public boolean isSameFile(Path path, Path other) throws IOException {
            return below().isSameFile(unwrap(path), unwrap(other));
        }

        @Override
        public boolean isHidden(Path path) throws IOException {
            return below().isHidden(unwrap(path));
        }

        @Override
        public FileStore getFileStore(Path path) throws IOException {
            return below().getFileStore(unwrap(path));
        }

        @Override
        public void checkAccess(Path path, AccessMode... modes) throws IOException {
            below().checkAccess(unwrap(path), modes);
        }

        @Override
        public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
            return below().getFileAttributeView(unwrap(path), type, options);
        }

        @Override
        public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
                throws IOException {
            return below().readAttributes(unwrap(path), type, options);
        }

        @Override
        public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
                throws IOException {
            Map<String, Object> found = new HashMap<>(below().readAttributes(unwrap(path), attributes, options));
            found.replaceAll((name, value) -> WatchedDisk.this.attributes.getOrDefault(name, value));
            return found;
        }

        @Override
        public void setAttribute(Path path, String attribute, Object value, LinkOption... options) throws IOException {
            below().setAttribute(unwrap(path), attribute, value, options);
        }

        @Override
        public String getScheme() {
            return "watched";
        }

        @Override
        public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileSystem getFileSystem(URI uri) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Path getPath(URI uri) {
            throw new UnsupportedOperationException();
        }
    }
}
