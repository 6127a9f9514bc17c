package dev.tallyclerk.examples.fleet;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.HttpLimits;
import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.http.NameResolver;
import dev.tallyclerk.http.ProxySettings;
import dev.tallyclerk.http.okhttp.OkHttpTransport;
import dev.tallyclerk.registry.auth.DockerConfig;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.registry.location.ImageLocation;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import okhttp3.OkHttpClient;

/** Opens images. Logins are Docker's, proxies are those of the environment. Safe for use by several threads. */
public final class Registries implements Closeable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int REQUESTS_AT_A_TIME = 16;
    private static final int OPEN_LAYOUTS = 16;
    private static final String DOCKER = "docker://";
    private static final String LAYOUT = "oci:";

    private final OkHttpClient http;
    private final RegistryClient client;
    private final Archives archives;
    private final Map<String, OciLayout> layouts = new LinkedHashMap<>(OPEN_LAYOUTS, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, OciLayout> eldest) {
            return size() > OPEN_LAYOUTS; // a layout in a folder holds nothing open
        }
    };

    /** An image, until it is closed. */
    static final class Opened implements Closeable {
        private final ImageSource image;
        private final Closeable rest;

        Opened(ImageSource image, Closeable rest) {
            this.image = image;
            this.rest = rest;
        }

        ImageSource image() {
            return image;
        }

        @Override
        public void close() throws IOException {
            rest.close();
        }
    }

    private Registries(OkHttpClient http, RegistryClient client, Archives archives) {
        this.http = http;
        this.client = client;
        this.archives = archives;
    }

    /**
     * {@return what opens images}
     *
     * @param plainHttp the registries that are reached by plain HTTP
     * @param environment the environment's variables, for logins and proxies
     * @param temporary the folder for compressed archives while they are read
     * @throws IOException if they cannot be used
     */
    public static Registries of(List<String> plainHttp, Map<String, String> environment, Path temporary)
            throws IOException {
        ProxySettings proxies;
        try {
            proxies = ProxySettings.ofEnvironment(environment).orElse(ProxySettings.none());
        } catch (IllegalArgumentException e) {
            throw new IOException("the proxy in the environment cannot be used: " + e.getMessage(), e);
        }
        OkHttpClient http = new OkHttpClient.Builder()
                .connectTimeout(PATIENCE)
                .readTimeout(PATIENCE)
                .build();
        HttpSettings settings = HttpSettings.of(OkHttpTransport.of(http).withProxies(proxies))
                .withNameResolver(proxies.resolver(NameResolver.runtime()))
                .withLimits(HttpLimits.defaults().withMaxRequestsPerHost(REQUESTS_AT_A_TIME))
                .withUserAgent("tallyclerk-fleet-audit");
        for (String host : plainHttp) {
            settings = settings.withPlainHttp(host);
        }
        return new Registries(
                http,
                RegistryClient.of(settings).withCredentials(DockerConfig.ofContainersEnvironment(environment)),
                new Archives(temporary));
    }

    RegistryClient client() {
        return client;
    }

    /** {@return what opens archives} */
    Archives archives() {
        return archives;
    }

    /** {@return the image; the caller closes it} */
    Opened open(FleetImage image) throws IOException {
        if (image.name().startsWith(DOCKER)) {
            ImageSource source = ImageLocation.parse(image.name()).open(name -> client);
            return new Opened(source, source);
        }
        // What is in a layout may have a name that is none anywhere else, so it is not parsed.
        String rest = image.name().substring(image.origin().length());
        if (image.origin().startsWith(LAYOUT)) {
            ImageSource source = image(layout(image.origin()), rest);
            return new Opened(source, source);
        }
        return archives.image(image.origin(), rest);
    }

    /** {@return an image of a layout, for example of {@code :1.0}} */
    static ImageSource image(OciLayout layout, String rest) throws IOException {
        return rest.startsWith("@")
                ? layout.image(Digest.parse(rest.substring(1)))
                : layout.requireImage(rest.substring(1));
    }

    private OciLayout layout(String origin) throws IOException {
        synchronized (layouts) {
            OciLayout layout = layouts.get(origin);
            if (layout == null) {
                layout = OciLayout.open(Path.of(origin.substring(LAYOUT.length())));
                layouts.put(origin, layout);
            }
            return layout;
        }
    }

    @Override
    public void close() throws IOException {
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
        archives.close();
    }
}
