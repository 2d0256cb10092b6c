___TERMS_OF_SERVICE___

By creating or modifying this file you agree to Google Tag Manager's Community
Template Gallery Developer Terms of Service available at
https://developers.google.com/tag-manager/gallery-tos (or such other URL as
Google may provide), as modified from time to time.


___INFO___

{
  "type": "TAG",
  "id": "cvt_temp_public_id",
  "version": 1,
  "securityGroups": [],
  "displayName": "Directflight: LinkedIn conversions",
  "categories": [
    "CONVERSIONS",
    "ADVERTISING"
  ],
  "brand": {
    "id": "brand_dummy",
    "displayName": "Directflight",
    "thumbnail": ""
  },
  "description": "First-party conversion tracking for LinkedIn: loads the tag from your own host and records events, with LinkedIn's click ID and with consent.",
  "containerContexts": [
    "WEB"
  ]
}


___TEMPLATE_PARAMETERS___

[
  {
    "type": "TEXT",
    "name": "endpoint",
    "displayName": "Collector",
    "simpleValueType": true,
    "valueHint": "https://www.example.com/_df",
    "help": "The address of your Worker, without a slash at the end.",
    "valueValidators": [
      {
        "type": "NON_EMPTY"
      },
      {
        "type": "REGEX",
        "args": [
          "^https://[^/?#]+(/[^?#]*)?[^/?#]$"
        ],
        "errorMessage": "Enter an https address without a slash at the end."
      }
    ]
  },
  {
    "type": "TEXT",
    "name": "writeKey",
    "displayName": "Write key",
    "simpleValueType": true,
    "valueHint": "wk_abc123",
    "valueValidators": [
      {
        "type": "NON_EMPTY"
      }
    ]
  },
  {
    "type": "SELECT",
    "name": "consent",
    "displayName": "Consent",
    "simpleValueType": true,
    "defaultValue": "consent_mode",
    "macrosInSelect": false,
    "selectItems": [
      {
        "value": "consent_mode",
        "displayValue": "Follow Google Consent Mode (ad_storage and ad_user_data)"
      },
      {
        "value": "required",
        "displayValue": "Wait for a consent tag of this template"
      },
      {
        "value": "auto",
        "displayValue": "Send at once; the source's settings decide on unknown consent"
      },
      {
        "value": "granted",
        "displayValue": "The visitor has already agreed"
      }
    ],
    "help": "The first tag that fires on a page decides. Until consent is given, everything stays in the page's memory: no requests, no cookies."
  },
  {
    "type": "CHECKBOX",
    "name": "pageViews",
    "checkboxText": "Record page views automatically",
    "simpleValueType": true,
    "defaultValue": true,
    "help": "On load, and on each client-side navigation. The first tag that fires on a page decides."
  },
  {
    "type": "RADIO",
    "name": "action",
    "displayName": "Action",
    "simpleValueType": true,
    "defaultValue": "track",
    "radioItems": [
      {
        "value": "load",
        "displayValue": "Load the tag"
      },
      {
        "value": "track",
        "displayValue": "Record an event"
      },
      {
        "value": "page",
        "displayValue": "Record a page view"
      },
      {
        "value": "identify",
        "displayValue": "Identify the visitor"
      },
      {
        "value": "consent",
        "displayValue": "Consent"
      },
      {
        "value": "reset",
        "displayValue": "Forget the visitor (at logout)"
      }
    ]
  },
  {
    "type": "TEXT",
    "name": "eventName",
    "displayName": "Event",
    "simpleValueType": true,
    "valueHint": "Lead Generated",
    "valueValidators": [
      {
        "type": "NON_EMPTY"
      }
    ],
    "enablingConditions": [
      {
        "paramName": "action",
        "paramValue": "track",
        "type": "EQUALS"
      }
    ]
  },
  {
    "type": "TEXT",
    "name": "pageName",
    "displayName": "Page name",
    "simpleValueType": true,
    "help": "Optional.",
    "enablingConditions": [
      {
        "paramName": "action",
        "paramValue": "page",
        "type": "EQUALS"
      }
    ]
  },
  {
    "type": "CHECKBOX",
    "name": "fromDataLayer",
    "checkboxText": "Use value, currency, order number and products from the data layer's ecommerce object",
    "simpleValueType": true,
    "defaultValue": false,
    "enablingConditions": [
      {
        "paramName": "action",
        "paramValue": "track",
        "type": "EQUALS"
      }
    ]
  },
  {
    "type": "SIMPLE_TABLE",
    "name": "properties",
    "displayName": "Properties",
    "simpleTableColumns": [
      {
        "defaultValue": "",
        "displayName": "Name",
        "name": "name",
        "type": "TEXT",
        "isUnique": true,
        "valueHint": "value"
      },
      {
        "defaultValue": "",
        "displayName": "Value",
        "name": "value",
        "type": "TEXT"
      }
    ],
    "help": "For example value and currency.",
    "enablingConditions": [
      {
        "paramName": "action",
        "paramValue": "track",
        "type": "EQUALS"
      },
      {
        "paramName": "action",
        "paramValue": "page",
        "type": "EQUALS"
      }
    ]
  },
  {
    "type": "TEXT",
    "name": "messageId",
    "displayName": "Event ID",
    "simpleValueType": true,
    "help": "Optional. Two events with the same ID count as one. Give the same ID to the Insight Tag as its event_id. Default: the order number from the data layer, otherwise a new ID.",
    "enablingConditions": [
      {
        "paramName": "action",
        "paramValue": "track",
        "type": "EQUALS"
      },
      {
        "paramName": "action",
        "paramValue": "page",
        "type": "EQUALS"
      }
    ]
  },
  {
    "type": "TEXT",
    "name": "conversionId",
    "displayName": "Insight Tag conversion",
    "simpleValueType": true,
    "valueHint": "1234567",
    "help": "Optional. If LinkedIn's Insight Tag is on the page, it also records this conversion, with the same event ID, so that LinkedIn can count the two as one.",
    "enablingConditions": [
      {
        "paramName": "action",
        "paramValue": "track",
        "type": "EQUALS"
      }
    ]
  },
  {
    "type": "TEXT",
    "name": "userId",
    "displayName": "User ID",
    "simpleValueType": true,
    "help": "Optional.",
    "enablingConditions": [
      {
        "paramName": "action",
        "paramValue": "identify",
        "type": "EQUALS"
      }
    ]
  },
  {
    "type": "SIMPLE_TABLE",
    "name": "traits",
    "displayName": "Traits",
    "simpleTableColumns": [
      {
        "defaultValue": "",
        "displayName": "Name",
        "name": "name",
        "type": "TEXT",
        "isUnique": true,
        "valueHint": "email"
      },
      {
        "defaultValue": "",
        "displayName": "Value",
        "name": "value",
        "type": "TEXT"
      }
    ],
    "help": "email, firstName, lastName, companyName, title, countryCode. The collector hashes the e-mail.",
    "enablingConditions": [
      {
        "paramName": "action",
        "paramValue": "identify",
        "type": "EQUALS"
      }
    ]
  },
  {
    "type": "RADIO",
    "name": "advertising",
    "displayName": "Visitor's answer",
    "simpleValueType": true,
    "defaultValue": "granted",
    "radioItems": [
      {
        "value": "granted",
        "displayValue": "Yes"
      },
      {
        "value": "denied",
        "displayValue": "No"
      }
    ],
    "enablingConditions": [
      {
        "paramName": "action",
        "paramValue": "consent",
        "type": "EQUALS"
      }
    ]
  }
]


___SANDBOXED_JS_FOR_WEB_TEMPLATE___

const addConsentListener = require('addConsentListener');
const callInWindow = require('callInWindow');
const copyFromDataLayer = require('copyFromDataLayer');
const copyFromWindow = require('copyFromWindow');
const createArgumentsQueue = require('createArgumentsQueue');
const getTimestampMillis = require('getTimestampMillis');
const getType = require('getType');
const getUrl = require('getUrl');
const injectScript = require('injectScript');
const isConsentGranted = require('isConsentGranted');
const makeString = require('makeString');
const makeTableMap = require('makeTableMap');
const templateStorage = require('templateStorage');

// A copy of worker/schema/events/consent-value.ts, because a template cannot import. A test compares the two.
const isYes = (value) =>
  ['string', 'number', 'boolean'].indexOf(getType(value)) >= 0 &&
  ['true', 'granted', 'yes', 'on', '1'].indexOf(makeString(value).trim().toLowerCase()) >= 0;

const isThere = () => getType(copyFromWindow('_df.track')) === 'function';

// Calls the tag or its stub. If neither has loaded yet, adds the call to the queue that the tag reads later.
// Each entry has its time and address, because the page may have changed by then.
const call = (method, args) => {
  if (isThere()) callInWindow('_df.' + method, args[0], args[1], args[2]);
  else createArgumentsQueue('_df', '_df.q')(method, args, getTimestampMillis(), getUrl());
};

const isGranted = () => isConsentGranted('ad_storage') && isConsentGranted('ad_user_data');

// No answer yet is not a no: a no would drop the events recorded so far.
const followConsentMode = () => {
  let wasGranted = isGranted();
  if (wasGranted) call('consent', [{ advertising: true }]);
  const look = () => {
    const granted = isGranted();
    if (granted !== wasGranted) call('consent', [{ advertising: granted }]);
    wasGranted = granted;
  };
  addConsentListener('ad_storage', look);
  addConsentListener('ad_user_data', look);
};

const properties = () => {
  const own = makeTableMap(data.properties || [], 'name', 'value') || {};
  const ecommerce = data.fromDataLayer ? copyFromDataLayer('ecommerce') : undefined;
  if (!ecommerce) return own;
  const all = {
    value: ecommerce.value,
    currency: ecommerce.currency,
    order_id: ecommerce.transaction_id,
    products: ecommerce.items,
  };
  for (let name in own) all[name] = own[name];
  return all;
};

const options = (fields) => ({
  messageId: data.messageId || fields.order_id || undefined,
  conversionId: data.conversionId || undefined,
});

const act = () => {
  const fields = properties();
  if (data.action === 'track') call('track', [data.eventName, fields, options(fields)]);
  if (data.action === 'page') call('page', [data.pageName || undefined, fields, options(fields)]);
  if (data.action === 'identify') {
    const traits = makeTableMap(data.traits || [], 'name', 'value') || {};
    call('identify', data.userId ? [data.userId, traits] : [traits]);
  }
  if (data.action === 'consent') call('consent', [{ advertising: isYes(data.advertising) }]);
  if (data.action === 'reset') call('reset', []);
};

// Several tags of this template may fire on a page. The first one loads the tag, unless the page already has.
if (!templateStorage.getItem('isStarted')) {
  templateStorage.setItem('isStarted', true);
  if (isThere()) {
    templateStorage.setItem('isOnPage', true);
  } else {
    call('load', [
      {
        writeKey: data.writeKey,
        consent: data.consent === 'consent_mode' ? 'required' : data.consent,
        page: data.pageViews ? 'auto' : 'manual',
      },
    ]);
  }
  if (data.consent === 'consent_mode') followConsentMode();
}

act();

if (templateStorage.getItem('isOnPage')) data.gtmOnSuccess();
else injectScript(data.endpoint + '/df-gtm.js', data.gtmOnSuccess, data.gtmOnFailure, 'directflight');


___WEB_PERMISSIONS___

[
  {
    "instance": {
      "key": {
        "publicId": "access_globals",
        "versionId": "1"
      },
      "param": [
        {
          "key": "keys",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "_df"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "_df.q"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "_df.track"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "_df.page"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "_df.identify"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "_df.consent"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "_df.reset"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              }
            ]
          }
        }
      ]
    },
    "clientAnnotations": {
      "isEditedByUser": true
    },
    "isRequired": true
  },
  {
    "instance": {
      "key": {
        "publicId": "inject_script",
        "versionId": "1"
      },
      "param": [
        {
          "key": "urls",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 1,
                "string": "https://*/*"
              }
            ]
          }
        }
      ]
    },
    "clientAnnotations": {
      "isEditedByUser": true
    },
    "isRequired": true
  },
  {
    "instance": {
      "key": {
        "publicId": "access_consent",
        "versionId": "1"
      },
      "param": [
        {
          "key": "consentTypes",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "consentType"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ad_storage"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "consentType"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ad_user_data"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  }
                ]
              }
            ]
          }
        }
      ]
    },
    "clientAnnotations": {
      "isEditedByUser": true
    },
    "isRequired": true
  },
  {
    "instance": {
      "key": {
        "publicId": "get_url",
        "versionId": "1"
      },
      "param": [
        {
          "key": "urlParts",
          "value": {
            "type": 1,
            "string": "any"
          }
        },
        {
          "key": "queriesAllowed",
          "value": {
            "type": 1,
            "string": "any"
          }
        }
      ]
    },
    "clientAnnotations": {
      "isEditedByUser": true
    },
    "isRequired": true
  },
  {
    "instance": {
      "key": {
        "publicId": "read_data_layer",
        "versionId": "1"
      },
      "param": [
        {
          "key": "allowedKeys",
          "value": {
            "type": 1,
            "string": "specific"
          }
        },
        {
          "key": "keyPatterns",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 1,
                "string": "ecommerce"
              },
              {
                "type": 1,
                "string": "ecommerce.*"
              }
            ]
          }
        }
      ]
    },
    "clientAnnotations": {
      "isEditedByUser": true
    },
    "isRequired": true
  },
  {
    "instance": {
      "key": {
        "publicId": "access_template_storage",
        "versionId": "1"
      },
      "param": []
    },
    "clientAnnotations": {
      "isEditedByUser": true
    },
    "isRequired": true
  }
]


___TESTS___

scenarios: []


___NOTES___

Narrow the permission "Injects scripts" to your own host, for example
https://www.example.com/_df/df-gtm.js: the template cannot know it.
Tested outside Tag Manager by test/e2e/examples/google-tag-manager.test.ts.
