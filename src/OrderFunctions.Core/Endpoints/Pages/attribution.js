/*
 * Keeps by which affiliate's link a visitor came until there is an order, and tells AvantLink of the click.
 * Nothing is kept and nothing is sent before the visitor has consented. docs/storefronts.md has the snippets.
 *
 * Settings are attributes of the script's tag:
 *   data-consent  shopify: Shopify's Customer Privacy API; wordpress: the WP Consent API; given: the shop adds the tag
 *                 only after consent. Without it the page itself calls orderFunctions.consent(true) or (false).
 *   data-cart     shopify: what is kept is put into the cart's attributes
 *   data-clicks   where clicks are reported; default: clicks beside this script; none: nowhere
 *   data-domain   the cookies' domain, where several hosts of the shop must read them; default: this host alone
 *   data-days     how long what is kept stays; default 30; Retrack's click: 10 days, as its document says
 */
(function (window, document, location) {
  'use strict';

  if (window.orderFunctions) {
    return;
  }

  // From the landing page's parameter to the name it is kept under.
  var parameters = { avad: 'avad', click: 'retrack_click', duel_a: 'duel_a', gclid: 'gclid' };
  // From the name to the field of an order event's attribution.
  var fields = { avad: 'avantLinkToken', retrack_click: 'retrackClick', duel_a: 'affiliate', gclid: 'googleClickId' };
  var uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
  // A longer one would be dropped by the browser, or by a server on its way.
  var longest = 1000;
  var script = document.currentScript;
  var settings = (script && script.dataset) || {};
  var landed = {};
  var allowed = false;

  // Whatever fails here must not be seen on the page.
  function guarded(work) {
    return function () {
      try {
        return work.apply(null, arguments);
      } catch (error) {
        return undefined;
      }
    };
  }

  var besideScript = guarded(function () {
    return new URL('clicks', script.src).href;
  });
  var clicks = settings.clicks || besideScript() || 'none';

  function cookieOf(name) {
    // Retrack's document names this one, and /retrack sets it.
    return name === 'retrack_click' ? name : 'of_' + name;
  }

  var read = guarded(function (name) {
    var found = ('; ' + document.cookie).split('; ' + cookieOf(name) + '=')[1];
    return found && decodeURIComponent(found.split(';')[0]);
  });

  function write(name, value) {
    var days = value ? (name === 'retrack_click' ? 10 : Number(settings.days) || 30) : 0;
    document.cookie =
      cookieOf(name) +
      '=' +
      encodeURIComponent(value) +
      '; path=/; samesite=lax; max-age=' +
      days * 86400 +
      (location.protocol === 'https:' ? '; secure' : '') +
      (settings.domain ? '; domain=' + settings.domain : '');
  }

  function kept() {
    var values = {};
    Object.keys(fields)
      .concat('vid')
      .forEach(function (name) {
        var value = read(name);
        if (value) {
          values[name] = value;
        }
      });
    return values;
  }

  function land() {
    var query = new URLSearchParams(location.search);
    // What /retrack has kept may have to wait for consent, too.
    landed = kept();
    Object.keys(parameters).forEach(function (parameter) {
      var value = (query.get(parameter) || '').trim();
      // Others call a parameter "click", too: Retrack's is a UUID.
      if (value && value.length <= longest && (parameter !== 'click' || uuid.test(value))) {
        landed[parameters[parameter]] = value;
      }
    });
  }

  function newVisitor() {
    var bytes = window.crypto.getRandomValues(new Uint8Array(16));
    return Array.prototype.map
      .call(bytes, function (byte) {
        return (byte + 256).toString(16).slice(1);
      })
      .join('');
  }

  function keep() {
    Object.keys(landed).forEach(function (name) {
      if (landed[name] !== read(name)) {
        write(name, landed[name]);
      }
    });
    landed = {};
    if (Object.keys(kept()).length > 0 && !read('vid')) {
      write('vid', newVisitor());
    }
  }

  function post(address, body, options) {
    var request = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
    Object.keys(options || {}).forEach(function (name) {
      request[name] = options[name];
    });
    return window.fetch(address, request).catch(function () {
      return {};
    });
  }

  // Every app may overwrite the attributes, and each cart begins without: so they are put there on every page.
  function putIntoCart(values) {
    if (settings.cart !== 'shopify') {
      return;
    }

    var attributes = { _ua_page: values.vid ? location.origin + location.pathname : '' };
    Object.keys(fields)
      .concat('vid')
      .forEach(function (name) {
        attributes['_' + name] = values[name] || '';
      });
    var shopify = window.Shopify || {};
    post(((shopify.routes && shopify.routes.root) || '/') + 'cart/update.js', { attributes: attributes });
  }

  // Once for each token; where it did not arrive, again from the next page.
  function report(values) {
    if (!values.avad || clicks === 'none' || read('told') === values.avad) {
      return;
    }

    post(
      clicks,
      {
        avantLinkToken: values.avad,
        visitorIds: [values.vid],
        googleClickId: values.gclid,
        pageUrl: location.href.slice(0, 4096),
        referrerUrl: document.referrer.slice(0, 4096)
      },
      { credentials: 'omit', keepalive: true }
    ).then(
      guarded(function (answer) {
        // A 400 would be answered again and again.
        if (allowed && (answer.ok || answer.status === 400)) {
          write('told', values.avad);
        }
      })
    );
  }

  var decide = guarded(function (isAllowed) {
    allowed = isAllowed === true;
    if (allowed) {
      keep();
      var values = kept();
      if (values.vid) {
        putIntoCart(values);
        report(values);
      }

      return;
    }

    var before = kept();
    Object.keys(before)
      .concat('told')
      .forEach(function (name) {
        if (read(name)) {
          landed[name] = landed[name] || before[name];
          write(name, '');
        }
      });
    delete landed.told;
    if (before.vid) {
      putIntoCart({});
    }
  });

  function ask() {
    if (settings.consent === 'given') {
      decide(true);
    } else if (settings.consent === 'wordpress') {
      // Until a consent tool has said of which type it is, the API says yes to everything.
      if (window.wp_has_consent && (window.wp_consent_type || window.wp_fallback_consent_type)) {
        decide(window.wp_has_consent('marketing'));
      }
    } else if (settings.consent === 'shopify' && window.Shopify) {
      if (window.Shopify.customerPrivacy) {
        decide(window.Shopify.customerPrivacy.marketingAllowed());
      } else if (window.Shopify.loadFeatures) {
        window.Shopify.loadFeatures(
          [{ name: 'consent-tracking-api', version: '0.1' }],
          guarded(function (error) {
            if (!error && window.Shopify.customerPrivacy) {
              decide(window.Shopify.customerPrivacy.marketingAllowed());
            }
          })
        );
      }
    }
  }

  window.orderFunctions = {
    /** Tells whether the visitor has consented to marketing. */
    consent: decide,
    /** What to send as `attribution` of the order event; empty without consent. */
    attribution: function () {
      var attribution = {};
      guarded(function () {
        var values = allowed ? kept() : {};
        if (!values.vid) {
          return;
        }

        Object.keys(fields).forEach(function (name) {
          if (values[name]) {
            attribution[fields[name]] = values[name];
          }
        });
        attribution.visitorIds = [values.vid];
        attribution.userAgent = window.navigator.userAgent;
        attribution.pageUrl = location.href;
        attribution.referrerUrl = document.referrer;
      })();
      return attribution;
    }
  };

  guarded(land)();
  document.addEventListener('visitorConsentCollected', guarded(ask));
  document.addEventListener('wp_listen_for_consent_change', guarded(ask));
  document.addEventListener('wp_consent_type_defined', guarded(ask));
  guarded(ask)();
  if (settings.consent === 'wordpress' && !allowed) {
    window.addEventListener('load', guarded(ask));
  }
})(window, document, location);
