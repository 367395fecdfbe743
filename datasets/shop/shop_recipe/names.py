"""Names that belong to nobody: invented surnames, common first names of many origins, streets, towns and firms.

A surname that you find in a telephone book is here by accident. Postcodes, telephone numbers and e-mail hosts are of
ranges that do not exist (see `datasets/WORLD.md`, section 9).
"""

from __future__ import annotations


def _words(text: str, separator: str | None = None) -> tuple[str, ...]:
    return tuple(" ".join(word.split()) for word in text.split(separator))


SURNAMES = _words("""
Abberworth Acklemere Addlestrode Aldercote Alderwhit Amblecroft Ansterfold Appleraine Arkenfield Ashquill Askerwell
Aubermoor Axelthorn Babberleigh Baddlesmith Balderwick Bankerstow Barleyhurst Barrowquill Batherstone Beckonsall
Bellowick Berrowden Billowgate Birkenshade Blakemarrow Blenhollow Bodderwyn Bollinmoor Borrowdene Bosketh Brackenlow
Braddlestone Bramquist Brathwell Breckonshaw Brindlemere Brockwarren Bromswick Bucklethorn Burrowmead Butterquay
Cabblestone Calderfrith Candlewright Cantleydale Carrowmoor Castlemoyne Catterdyke Chalkwright Chervilton
Clapperdown Clatterford Cloudesmere Coddleswick Colthrop Coppermead Corvenhall Cossingley Cradlemoor Cranquist
Crickmarrow Crookenden Cuddlestrand Culverhay Dabblewick Dallowmere Dapplegate Darkenwell Deddlethorpe Dewhollow
Dimmerdale Dobberstone Dockenfield Dovermarsh Drabblecombe Drumquarry Dunnockshaw Duskerton Eaverstock Edderquill
Elderstrom Ellowby Elmquarrel Embersole Endlecote Erringdale Eskermoor Evenquay Fairgrave Fallowbeck Farrowdyke
Feddlestone Fenwhistle Ferrowell Fiddlecroft Fishergarth Flaxmarrow Fleetquill Fogglethwaite Forkenby Foxmantle
Frithwallow Furlowbeck Gabbleditch Gallowmere Gannetshaw Garrowby Gatherstone Gillowfield Gladderwick Gorsequay
Grattenmoor Greaveling Greenhollin Grindlebrook Guddleston Hackenthwaite Haddlemire Hallowquist Hamblestoke
Hanquarry Harrowgate Haverstrode Hawkendale Heatherslow Heddonsay Hellifrith Hesketmoor Hickerwell Hinderwade
Hobblesdown Hollinquay Honnerfield Hopperslade Hucklemere Hunderfold Ickleborrow Idlecombe Ingerslack Inkerdale
Iverstrand Jackelmoor Jarrowfen Jessamere Jollifrith Juddleby Keddleswell Kelderwick Kenquarrel Kestrelby
Kibblethorn Killowmead Kinderslow Kirkenshaw Knapperdale Knottisley Labberthwaite Lambequill Landermoor Lapwright
Larkhollow Latchmere Leddershaw Leverquist Liddlestow Limmerford Linnetwick Lodderstone Loxenby Lumberdale Lunquarry
Lyddermoor Mabberley Maddlecroft Mallowdyke Manderquill Marlowick Marrowby Matherslade Meddlecote Mellowthorpe
Merrowden Middlequay Millerstrode Minnowell Mockerdale Moddershall Moorquist Mossenby Muckleraine Murrowgate
Nabberstone Nettlequay Nibbleswick Nidderfold Noddermere Northquill Nutterslack Oakenstrom Oddlestone Okenshaw
Orrowdale Osierby Otterquarrel Ouzelmere Overhollin Paddlewright Pallowby Pannerthwaite Patterquay Pebblemarsh
Peckonsall Pennerdyke Penhallick Pepperslow Pickenstow Pikerdale Pinderquist Plumstrode Poddermoor Polwhistle
Pottleby Priddlecombe Puddlestone Quabberley Quarrendyke Quillerby Quinterslade Rabblethorn Raddlemere Ramquarry
Rattenshaw Ravenslow Reddlequay Riddermoor Rimmerstow Robberdale Rookenfield Rowanquist Ruddlecroft Rushwhistle
Sabberton Saddlemoor Sandquarrel Scatterby Seddlestone Selkerdyke Shadderwick Shepquill Shimmerden Sidderslow
Silverstrode Skelderby Slatterquay Sloemarsh Smeddlecote Snapperdale Sodderfield Sparrowdyke Spindlewade Spoonerby
Stabbermoor Stockenquill Strandwhistle Suddlebeck Swallowby Tabberslade Tannerquist Tatherstone Teddlemoor Thackenby
Thistlequay Thornmantle Tibberwick Tidderslow Tindlemere Toddlestrode Torquarrel Tuddermere Twinklebeck Ullockby
Underquay Uppermarsh Vallowdene Veddlestone Vinterquill Wabberthorn Waddlecroft Wallowdyke Wapperdale Wattlequist
Weddermoor Wherrowby Whistlecombe Whitterslow Widderquay Winnowell Wobberstone Woddlemere Wrenquarry Yaddlethorpe
Yarrowquill Yedderby Yewmantle Zeddlecote
""")

# Families that came from elsewhere, and the neighbours across the sea.
SURNAMES_FAR = _words("""
Adebowin Adjeiwood Akintolar Bandarkesh Baptistelle Bhandarawal Cheongwick Chukwudaran Dasguptel Demirovan Dlaminor
Eriksvold Farahmin Fernandiel Goldszyner Haddadine Hakobrian Hassanwick Holzinski Iyerasan Jankowelski Kabirane
Kamaranth Kaplanidis Karimzane Khattarel Kovalmir Kowalmarek Kurosandu Lakshwani Lindqvarn Mahmoudale Malikarni
Markovelic Mbekiyan Mensahrow Nakamirel Nguyelland Novakelli Nwosudale Obiechan Okafindu Okonsby Okwuosane Olivarent
Osmanique Overlaan Papadorel Patelwyn Petrovandu Popescarn Quartennor Rahmanwell Rajaswamel Romanelic Sandhurai
Sarpongdale Sethuraman-Vale Shahidore Sikorwen Silvarosa Singharay Sorensvik Suzumari Szabolek Tanquillo Tesfayel
Thapaliwan Tranbright Ueharami Vandermolle Warsamine Wongfield Yamadera Yildizan Zamanique Zielonkar
""")

SURNAMES_IRELAND = _words("""
Brathwell Ballintyne Caffernan Carrigmoyle Clonwarren Corriganty Dolnahan Drumshane Dunlevane Fallonagh Finnegarty
Garvelly Gilmartagh Glenmorran Hanraghty Kilcorran Kinnegarry Lenaghty Loughmallon Mac-Averran Mac-Toolin Mulgarvan
Naughtane O-Brallaghty O-Cassilly O-Devanagh O-Farrelane O-Gormally O-Keevane O-Tierlan Quirnane Rathdoolan
Scanlorran Sheeranty Tarmoneen Tullymoyle
""")

SURNAMES_GERMANY = _words("""
Achternbusch Bachmoser Birkenhofer Blaumeier Brunnsteiner Dachsenhauer Eichenfurt Eulenkamp Feldwieser Finkenbrink
Fuchsloch Gerstenmaier-Ost Haselbrunn Heidenpohl Himmelreuter Holzapfelmann Kaltenmoser Kirschweger Klosterfink
Lerchenau Lindenbrock Mohnfelder Mühlacker Nebelsieck Oberquell Pappelmann Quittenbaum Rabenhorster Regenbrecht
Rosenlehner Schattkamp Schilfmann Schneewinkel Silberbach Sonnleithen Steinwarder Tannhofer Uferbrink Wachholm
Weidengrün Wolkenhauer Ziegelmoor
""")

SURNAMES_SPAIN = _words("""
Acebedilla Almendralejo-Rey Altozanares Arboleras Barrancoso Brisaflor Campoluengo Cantarrojo Carrascalez Cerezuelas
Colmenarejos Encinarroyo Espinolargo Fontanera Fresnedaz Garbanillo Higueralta Jarazuelo Lagunarosa Llanoverde
Manantialez Montesol Naranjuelo Nogaledo Olivastro Palomarejo Peñaluenga Piedralba Pinarejos Quejigal Ribazorra
Robledaza Romeralejo Salinero-Paz Sauceda-Luz Serrolinda Torrealmena Valdelirios Ventosilla Viñaredonda Zarzalejos
""")

FIRST_NAMES = _words("""
Aaliyah Aaron Abdul Abigail Adaeze Adam Adele Agnes Ahmed Aidan Aisha Alan Alana Alexander Alfie Alice Alisha
Alistair Amara Amelia Amina Amir Amy Anaya Andrew Angela Anita Anna Anthony Anwar Arjun Arthur Arun Asha Audrey
Ayesha Barbara Barry Beatrice Becky Ben Bernard Beth Bilal Blessing Brenda Brian Bridget Bronwen Callie Cameron Carl
Carmen Caroline Carys Catherine Chantal Charlotte Chen Chidi Chinwe Chloe Christine Christopher Claire Clive Comfort
Connor Craig Cyril Daisy Damian Daniel Daniela Darren David Dawn Deborah Deepak Derek Diana Dilys Dominic Donna
Doris Duncan Dylan Ebony Edith Edward Eileen Ekaterina Eleanor Elif Elizabeth Ella Ellie Emeka Emily Emma Eric
Esther Ethan Eve Ewa Farah Fatima Faye Felix Fiona Florence Folake Frances Frank Freya Gareth Gary Gavin Gemma
George Georgia Geraldine Gethin Gillian Glenda Grace Graham Gwen Habib Hamza Hana Hannah Harpreet Harriet Harry
Hassan Heather Helen Henry Hilary Holly Hugh Hussein Ian Ibrahim Idris Imogen Imran Irene Isaac Isla Ivy Jack
Jacqueline Jade Jagoda James Jamila Jan Jane Janet Jasmine Jason Jean Jennifer Jeremy Jessica Joan Joanna Joel John
Jonathan Joseph Joyce Judith Julia June Kamal Karen Karol Kate Kavita Keith Kelly Kenneth Kerry Kevin Khadija Kiran
Kirsty Kofi Krishna Kwame Lara Laura Lauren Layla Leah Lee Leila Leo Leroy Lesley Lewis Lily Linda Lisa Liu Lorna
Louise Lucy Luke Lydia Lynn Mabel Magda Malcolm Mandeep Manuel Margaret Maria Marian Mariam Mark Marta Martin Mary
Mateusz Maureen Max Maya Megan Mei Melissa Mia Michael Michelle Mina Miriam Mohammed Moira Molly Monica Morag Moses
Muhammad Mustafa Nadia Naomi Natalie Natasha Neil Ngozi Nia Nicholas Nicola Nigel Nikhil Nina Noah Noor Norma Olga
Oliver Olivia Oluwaseun Omar Oscar Owen Pamela Parminder Patience Patricia Patrick Paul Pauline Penelope Peter Petra
Philip Phoebe Phyllis Piotr Poppy Pradeep Prakash Rachel Rafael Rajesh Ravi Raymond Rebecca Reuben Rhian Rhys
Richard Rita Robert Robin Rohan Rosa Rosemary Rowena Roxanne Roy Ruby Rukhsana Russell Ruth Ryan Sadia Sally
Samantha Samir Samuel Sandra Sanjay Sarah Scott Sean Serena Shabnam Shanice Sharon Sheila Shirley Shreya Siân Simon
Simran Sofia Solomon Sonia Sophie Stanley Stella Stephen Stuart Sunita Susan Suzanne Sylvia Tamara Tanya Tariq
Teresa Tessa Thandiwe Theo Thomas Tim Tina Toby Tomasz Tracy Trevor Tunde Uma Unity Valerie Vanessa Vera Victor
Victoria Vijay Vikram Violet Vivian Walter Wanda Wayne Wendy Wilf William Winifred Xin Yasmin Yusuf Yvonne Zahra
Zainab Zara Zoe Zofia
""")

FIRST_NAMES_IRELAND = _words("""
Aisling Aoife Bríd Caoimhe Ciara Ciarán Cillian Colm Conor Cormac Dara Declan Deirdre Diarmuid Eamon Eimear Eoin
Fergal Fionn Gráinne Liam Mairead Maeve Niamh Nuala Oisín Orla Pádraig Róisín Rónán Ruairí Saoirse Sinéad Siobhán
Tadhg Una
""")

FIRST_NAMES_GERMANY = _words("""
Anke Anneliese Ayşe Bastian Bernd Birgit Britta Cem Claudia Dieter Elke Emine Finn Franziska Friederike Gerd Gudrun
Hanne Heike Heinz Ines Jens Jonas Jörg Jürgen Katrin Klaus Lars Lena Lukas Maike Malte Manfred Matthias Mehmet
Moritz Nils Ole Ralf Renate Rolf Sabine Sebastian Silke Sören Stefan Susanne Svenja Thorsten Ulrike Uwe Volker
Wiebke Wolfgang
""")

FIRST_NAMES_SPAIN = _words("""
Adrián Aitana Alba Alejandro Álvaro Amaia Andrés Antonio Beatriz Begoña Carlos Carmen Clara Cristina Diego Elena
Enrique Esperanza Fernando Francisco Gonzalo Guadalupe Inés Iñaki Isabel Javier Jesús Joaquín Jorge José Juan Laia
Lourdes Lucía Luis Manuel Marcos Marina Mercedes Miguel Nerea Nuria Pablo Paloma Pilar Raúl Rocío Rosario Santiago
Sergio Sofía Vicente
""")

STREETS_UK = _words(
    """
Alder Row| Anvil Street| Apple Yard| Back Lane| Bakehouse Hill| Bank Side| Barley Street| Beacon Road|
Beck Lane| Bell Lane| Birch Grove| Bobbin Street| Bracken Way| Bridge End| Brook Terrace| Canal Street|
Carding Lane| Castle Bank| Chapel Street| Chandler's Court| Cherry Walk| Church Lane| Clog Row| Cooper Street|
Copse Road| Cotton Street| Cross Street| Curlew Close| Dale View| Dock Road| Dyehouse Lane| East Parade|
Elm Drive| Factory Street| Fell View| Ferry Road| Finch Close| Fold Street| Forge Lane| Fountain Street|
Fuller's Yard| Garden Street| Gas Works Lane| Gorse Hill| Granary Court| Green Lane| Harbour Street|
Hawthorn Road| Heron Way| High Street| Hill Top| Hollin Bank| Holly Close| Jubilee Road| Kiln Lane|
King's Row| Ladder Street| Lark Rise| Limekiln Road| Linden Avenue| Long Row| Loom Street| Low Road|
Maltings Yard| Market Place| Meadow Lane| Mere Road| Mill Lane| Moor Road| Net Loft Lane| New Street|
North Parade| Oak Drive| Old Quay| Orchard Street| Packhorse Lane| Park View| Pear Tree Close| Pennine Rise|
Pier Road| Plover Close| Pottery Lane| Primrose Hill| Pump Street| Quarry Road| Queen's Terrace| Rope Walk|
Rowan Close| Saddler Street| Salt Lane| School Lane| Shuttle Street| Silver Street| South View| Spring Bank|
Station Road| Stile Lane| Swan Street| Tannery Lane| Tenter Hill| Thorn Lane| Tithe Barn Road| Union Street|
Valley Road| Victoria Row| Water Lane| Weaver Street| Well Lane| West End| Wharf Road| Willow Grove|
Windmill Rise| Wren Close
""",
    "|",
)

STREETS_IRELAND = _words(
    """
Bog Road| Bridge Street| Chapel Hill| Harbour View| Main Street| Mill Road| The Green| Quay Street
""",
    "|",
)

STREETS_GERMANY = _words(
    """
Ahornweg| Am Bach| Bergstraße| Gartenweg| Hauptstraße| Lindenallee| Mühlgasse| Schulstraße| Uferweg
""",
    "|",
)

STREETS_SPAIN = _words(
    """
Calle del Olivo| Calle Mayor| Calle Nueva| Camino Real| Plaza del Pozo| Paseo del Mar| Calle Luna
""",
    "|",
)

# Which town lies in which postcode area.
TOWN_OF_AREA = {
    "ZZ1": "Thistleby",
    "ZZ2": "Nether Quill",
    "ZZ3": "Saltmoor",
    "ZZ4": "Calderwick",
    "ZZ5": "Brackenhope",
    "ZZ6": "Ormsford",
    "ZZ7": "Pellow Bay",
    "ZZ8": "Dunmarrow",
    "ZZ9": "Dunmarrow",
}

TOWNS_ABROAD = {
    "IE": ("Kilbrannagh", "Ballyquin"),
    "DE": ("Neuhagenau", "Lindenfurt"),
    "ES": ("Villaserena", "Puerto Alisal"),
}

FIRM_FIRST = _words("""
Alderstone Amberquay Aspenrow Beckside Bellfoundry Blackthorn Bluecastle Bobbinmill Brightwater Broadloom Canalside
Carrholm Chalkhill Clearbrook Cloverfield Coppergate Cornmill Crossfell Curlew Dalesgate Dockyard Drystone Eastbank
Elmtree Fairmeadow Fellside Fernhollow Finchmoor Foxglove Gatehouse Glasshouse Goldfinch Graniteway Greenlane
Hartsmoor Hawkstone Hazelbank Heathside Highfold Hopfield Ironrow Ivybank Jackdaw Kestrel Kilnside Kingfisher
Ladywell Lantern Larkfield Limewash Longacre Lowmill Maltkiln Meadowsweet Millrace Moorgarth Mossbank Nightjar
Northlight Oakapple Old-Ferry Orchardside Otterbeck Packhorse Papermill Pebblebank Pinecone Plumtree Quarrybank
Quillfield Redgate Riverfold Ropewalk Rowanbank Saltpan Sandstone Shorelark Silverbirch Skylark Slatehouse Snowdrop
Southmoor Springhead Starling Stonechat Sunnyside Swiftwater Tannery Teasel Thornlow Tidemark Towpath Valleyhead
Wagtail Watermark Weavers Whinfell Whitegate Wildgarlic Willowbank Windhover Woodsmoke Yarrowside
""")

FIRM_KIND = _words(
    """
Architects| Bakery| Bicycles| Books| Bindery| Care Homes| Ceramics| Co-working| Dental Practice| Design|
Electrical| Farm Shop| Furniture| Garden Centre| Guest House| Hair Studio| Holiday Lets| Insurance Brokers|
Joinery| Kitchens| Law| Letting Agents| Logistics| Marketing| Motors| Opticians| Physiotherapy| Print|
Property| Recruitment| Roofing| School of Music| Software| Studio| Surveyors| Tiles| Translations| Travel|
Veterinary Practice| Yoga
""",
    "|",
)
